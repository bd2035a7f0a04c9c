import { entriesOf, mappingOf, stringOf } from '../../tree/mapping.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import type { BuiltObject } from './build.ts';

/**
 * Returns an object's manifest fit to be shown: values of a Secret as `*** (12 bytes)`, and so whatever in other objects
 * was decrypted or comes from a Secret.
 */
export function masked({ manifest, identity, secrets }: BuiltObject): Mapping {
  const hidden = hiddenTexts(secrets ?? new Set());
  const isSecret = identity.kind === 'Secret' && identity.group === '';
  return mappingOf(
    entriesOf(manifest).map(({ key, value }): [string, Value] => {
      const name = String(key);
      if (isSecret && (name === 'data' || name === 'stringData'))
        return [name, hideAll(value, name === 'data')];
      if (hidden.length === 0 || shownFields.has(name)) return [name, value];
      return [
        name,
        name === 'metadata' && value.kind === 'mapping' ? hideMetadata(value, hidden) : hide(value, hidden),
      ];
    }),
  );
}

const shownFields: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'sops']);

/** An object's name says which it is, be it made with a secret. */
function hideMetadata(metadata: Mapping, hidden: readonly string[]): Mapping {
  return mappingOf(
    entriesOf(metadata).map(({ key, value }) => {
      const isName = key === 'name' || key === 'namespace';
      return [String(key), isName ? value : hide(value, hidden)];
    }),
  );
}

function hideAll(value: Value, isBase64: boolean): Value {
  switch (value.kind) {
    case 'mapping':
      return mappingOf(
        entriesOf(value).map(({ key, value: member }) => [String(key), hideAll(member, isBase64)]),
      );
    case 'sequence':
      return {
        kind: 'sequence',
        items: value.items.map((item) => (item.kind === 'comment' ? item : hideAll(item, isBase64))),
      };
    case 'null':
      return value;
    case 'string':
      return stringOf(stars(bytesOf(value.value, isBase64)));
    default:
      return stringOf('***');
  }
}

/** Of what is no base64 (ciphertext that nobody could open here, a mistake) the text itself counts. */
function bytesOf(text: string, isBase64: boolean): number {
  const isEncoded = isBase64 && /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text);
  return isEncoded ? Buffer.from(text, 'base64').length : Buffer.byteLength(text, 'utf8');
}

function stars(bytes: number): string {
  return `*** (${bytes} byte${bytes === 1 ? '' : 's'})`;
}

/** Shorter ones are hidden only where they are a whole value. */
const shortestInText = 4;

function hiddenTexts(secrets: ReadonlySet<string>): readonly string[] {
  return [...secrets].filter((text) => text !== '').sort((one, other) => other.length - one.length);
}

function hide(value: Value, hidden: readonly string[]): Value {
  switch (value.kind) {
    case 'mapping':
      return mappingOf(entriesOf(value).map(({ key, value: member }) => [String(key), hide(member, hidden)]));
    case 'sequence':
      return {
        kind: 'sequence',
        items: value.items.map((item) => (item.kind === 'comment' ? item : hide(item, hidden))),
      };
    case 'string':
      return stringOf(hideIn(value.value, hidden));
    case 'int':
    case 'float':
    case 'bool':
      return hidden.includes(String(value.value)) ? stringOf('***') : value;
    default:
      return value;
  }
}

function hideIn(text: string, hidden: readonly string[]): string {
  if (hidden.includes(text)) return stars(Buffer.byteLength(text, 'utf8'));
  let shown = text;
  for (const value of hidden) if (value.length >= shortestInText) shown = shown.replaceAll(value, '***');
  return shown;
}
