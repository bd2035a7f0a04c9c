import { resolveNumber } from './resolve-number.ts';
import { resolveTimestamp } from './resolve-timestamp.ts';

/** A scalar's type and value, as go-yaml v3.0.4 decodes it into an `any` (resolve.go). */
export type Resolved =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'uint'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  /** `value` as Go's MarshalText prints it, or `null` where that fails (an offset of 24 hours). */
  | { readonly kind: 'time'; readonly value: string | null }
  | { readonly kind: 'null' }
  /** Go fails to decode it; sops ignores that, and the value is lost. */
  | { readonly kind: 'undecodable' };

/** What of a node decides its type. `meaning` is the explicit tag in short form, or empty. */
export interface Resolvable {
  readonly style: string;
  readonly meaning: string;
  readonly value: string;
}

const undecodable: Resolved = { kind: 'undecodable' };

/** Resolves a scalar. Quoted and block scalars without a tag are strings, as are unknown tags. */
export function resolveScalar(node: Resolvable): Resolved {
  const { meaning, value, style } = node;
  switch (meaning) {
    case '':
      return style === 'plain' ? resolvePlain(value) : { kind: 'string', value };
    case '!!binary':
      return resolveBinary(value);
    case '!!bool':
    case '!!int':
    case '!!null':
    case '!!timestamp':
      return resolveTagged(meaning.slice(2), value);
    case '!!float':
      return resolveFloat(value);
    default:
      return { kind: 'string', value };
  }
}

/** Resolves a plain scalar without a tag. */
export function resolvePlain(value: string): Resolved {
  if (value !== '' && !mayBeTyped(value.charCodeAt(0))) return { kind: 'string', value };
  return resolveWord(value) ?? resolveTime(value) ?? resolveNumber(value) ?? { kind: 'string', value };
}

/** A value with a tag must be of the tag's type by its spelling. */
function resolveTagged(type: string, value: string): Resolved {
  const resolved =
    resolveWord(value) ??
    (type === 'timestamp' ? resolveTime(value) : null) ??
    resolveNumber(value) ??
    undecodable;
  const kind = resolved.kind === 'uint' ? 'int' : resolved.kind === 'time' ? 'timestamp' : resolved.kind;
  return kind === type ? resolved : undecodable;
}

function resolveFloat(value: string): Resolved {
  const resolved = resolveWord(value) ?? resolveNumber(value) ?? undecodable;
  if (resolved.kind === 'int') return { kind: 'float', value: Number(resolved.value) };
  return resolved.kind === 'float' ? resolved : undecodable;
}

/** Whether a plain scalar with this first character can be anything but a string: a digit or one of `+-.~nNtTfF`. */
function mayBeTyped(first: number): boolean {
  if (first <= 0x39) return first >= 0x30 || first === 0x2b || first === 0x2d || first === 0x2e;
  const lower = first | 0x20;
  return lower === 0x6e || lower === 0x74 || lower === 0x66 || first === 0x7e;
}

/** The words that are not strings. */
function resolveWord(value: string): Resolved | null {
  switch (value) {
    case '':
    case '~':
    case 'null':
    case 'Null':
    case 'NULL':
      return { kind: 'null' };
    case 'true':
    case 'True':
    case 'TRUE':
      return { kind: 'bool', value: true };
    case 'false':
    case 'False':
    case 'FALSE':
      return { kind: 'bool', value: false };
    case '.nan':
    case '.NaN':
    case '.NAN':
      return { kind: 'float', value: Number.NaN };
    case '.inf':
    case '.Inf':
    case '.INF':
    case '+.inf':
    case '+.Inf':
    case '+.INF':
      return { kind: 'float', value: Number.POSITIVE_INFINITY };
    case '-.inf':
    case '-.Inf':
    case '-.INF':
      return { kind: 'float', value: Number.NEGATIVE_INFINITY };
    default:
      return null;
  }
}

function resolveTime(value: string): Resolved | null {
  const time = resolveTimestamp(value);
  return time === null ? null : { kind: 'time', value: time.text };
}

/** Decodes base64 as Go's StdEncoding does: padded, with line breaks between. */
function resolveBinary(value: string): Resolved {
  const text = value.replace(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return undecodable;
  const bytes = Buffer.from(text, 'base64');
  const decoded = bytes.toString('utf8');
  const isText = Buffer.from(decoded, 'utf8').equals(bytes);
  return isText ? { kind: 'string', value: decoded } : { kind: 'bytes', value: new Uint8Array(bytes) };
}
