import { isUtf8 } from 'node:buffer';
import { SopskitError } from '../errors/sopskit-error.ts';
import { printDecimal } from '../tree/go-float.ts';
import type { Leaf } from '../tree/value.ts';

/** The `type:` of a ciphertext (sops' aes/cipher.go). */
export type SealedType = 'str' | 'int' | 'float' | 'bytes' | 'bool' | 'time' | 'comment';

/** Returns a leaf's bytes: what is encrypted, and what goes into the MAC (sops.go, ToBytes). */
export function plaintextOf(leaf: Leaf): Uint8Array {
  if (leaf.kind === 'bytes') return leaf.value;
  if (leaf.kind === 'comment' && leaf.bytes !== undefined) return leaf.bytes;
  return Buffer.from(plainText(leaf), 'utf8');
}

export function sealedTypeOf(leaf: Leaf): SealedType {
  switch (leaf.kind) {
    case 'string':
    case 'bytes':
      return 'str';
    case 'int':
    case 'float':
    case 'bool':
    case 'time':
    case 'comment':
      return leaf.kind;
    case 'null':
    case 'odd':
      throw new SopskitError('sops.encrypt', `a ${leaf.kind} value cannot be encrypted`);
  }
}

/** Whether sops leaves a leaf as it is because there is nothing to encrypt: an empty string or comment. */
export function isEmptyLeaf(leaf: Leaf): boolean {
  switch (leaf.kind) {
    case 'string':
    case 'bytes':
      return leaf.value.length === 0;
    case 'comment':
      return leaf.text === '';
    default:
      return false;
  }
}

function plainText(leaf: Exclude<Leaf, { kind: 'bytes' }>): string {
  switch (leaf.kind) {
    case 'string':
    case 'time':
      return leaf.value;
    case 'comment':
      return leaf.text;
    case 'int':
      return leaf.value.toString();
    case 'float':
      return printDecimal(leaf.value);
    case 'bool':
      return leaf.value ? 'True' : 'False';
    case 'null':
    case 'odd':
      throw new SopskitError('sops.encrypt', `a ${leaf.kind} value has no bytes`);
  }
}

/** Reads decrypted bytes as the type they were sealed with. Returns `null` where they are not of that type. */
export function leafFrom(type: string, bytes: Uint8Array): Leaf | null {
  if (type === 'bytes') return stringFrom(bytes);
  if (type === 'str') return stringFrom(bytes);
  const text = decodeUtf8(bytes);
  if (text === null) return type === 'comment' ? otherComment(bytes) : null;
  switch (type) {
    case 'int':
      return intFrom(text);
    case 'float':
      return floatFrom(text);
    case 'bool':
      return boolFrom(text);
    case 'time':
      return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)
        ? { kind: 'time', value: text }
        : null;
    case 'comment':
      return { kind: 'comment', text, inline: false };
    default:
      return null;
  }
}

/** A comment in another encoding than UTF-8. */
function otherComment(bytes: Uint8Array): Leaf {
  return { kind: 'comment', text: Buffer.from(bytes).toString('utf8'), inline: false, bytes };
}

function stringFrom(bytes: Uint8Array): Leaf {
  const text = decodeUtf8(bytes);
  return text === null ? { kind: 'bytes', value: bytes } : { kind: 'string', value: text };
}

/** Decodes strictly, keeping a byte order mark; `null` for bytes that are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  if (!isUtf8(bytes)) return null;
  const buffer = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString('utf8');
}

/** Go's strconv.Atoi: decimal digits, an optional sign, within int64. */
function intFrom(text: string): Leaf | null {
  if (!/^[+-]?\d+$/.test(text)) return null;
  const value = BigInt(text.replace(/^\+/, ''));
  return BigInt.asIntN(64, value) === value ? { kind: 'int', value } : null;
}

/** Go's strconv.ParseFloat, as far as sops ever wrote floats. */
function floatFrom(text: string): Leaf | null {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? { kind: 'float', value } : null;
  }
  if (/^nan$/i.test(text)) return { kind: 'float', value: Number.NaN };
  const infinity = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinity === null) return null;
  return { kind: 'float', value: infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY };
}

/** Go's strconv.ParseBool. */
function boolFrom(text: string): Leaf | null {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return { kind: 'bool', value: true };
  if (/^(0|f|F|FALSE|false|False)$/.test(text)) return { kind: 'bool', value: false };
  return null;
}
