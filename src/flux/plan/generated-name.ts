import { createHash } from 'node:crypto';
import { entriesOf, valueAt } from '../../tree/mapping.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import type { BuiltObject } from '../build/build.ts';
import { type ObjectId, printId } from '../object-id.ts';

/** kustomize's name suffixes: ten digits of a hash, those that could make words taken out (kustomize, api/hasher). */
const suffix = /-([2456789bcdfghkmt]{10})$/;

/** What two generated ConfigMaps or Secrets share that differ in their hash only; `null` for other objects. */
export function generatorOf(identity: ObjectId): string | null {
  const { group, kind, name } = identity;
  if (group !== '' || (kind !== 'ConfigMap' && kind !== 'Secret') || !suffix.test(name)) return null;
  return printId({ ...identity, name: name.replace(suffix, '') });
}

/**
 * Whether the end of an object's name is the hash that kustomize makes of its content: then a generator made it. False
 * where something changed the content behind kustomize: variables, decryption.
 */
export function hasGeneratedName({ identity, manifest }: BuiltObject): boolean {
  const { kind, name } = identity;
  const [, hash] = suffix.exec(name) ?? [];
  if (hash === undefined) return false;
  const more = kind === 'Secret' ? 'stringData' : 'binaryData';
  const fields: [string, unknown][] = [
    ...(valueAt(manifest, more)?.kind === 'mapping' ? [[more, plain(valueAt(manifest, more))] as const] : []),
    ['data', plain(valueAt(manifest, 'data'))],
    ['kind', kind],
    // kustomize looks for a key `metadata/name`, which is not there
    ['name', ''],
    ...(kind === 'Secret' ? [['type', plain(valueAt(manifest, 'type'))] as const] : []),
  ].map(([key, value]) => [String(key), value]);
  const text = goJson(Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1))));
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 10);
  return digest.replace(/[013ae]/g, (digit) => digits.get(digit) ?? '') === hash;
}

const digits: ReadonlyMap<string, string> = new Map([
  ['0', 'g'],
  ['1', 'h'],
  ['3', 'k'],
  ['a', 'm'],
  ['e', 't'],
]);

function plain(value: Value | undefined): unknown {
  if (value?.kind === 'string') return value.value;
  return value?.kind === 'mapping' ? texts(value) : '';
}

/** Keys in the order of their bytes, as Go's maps are printed. */
function texts(mapping: Mapping): Map<string, string> {
  const found = entriesOf(mapping).flatMap(({ key, value }): [string, string][] =>
    typeof key === 'string' && value.kind === 'string' ? [[key, value.value]] : [],
  );
  return new Map(found.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
}

/** JSON as Go's `json.Marshal` prints it: some characters escaped for HTML. A Map is printed in its order. */
function goJson(value: unknown): string {
  if (value instanceof Map)
    return `{${[...value].map(([key, member]) => `${goJson(key)}:${goJson(member)}`).join(',')}}`;
  if (typeof value === 'object' && value !== null) return goJson(new Map(Object.entries(value)));
  return JSON.stringify(value)
    .replaceAll('\\b', '\\u0008')
    .replaceAll('\\f', '\\u000c')
    .replace(
      /[<>&\u2028\u2029]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}
