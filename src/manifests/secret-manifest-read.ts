import { printablePath } from '../system/path-text.ts';
import { entriesOf, valueAt } from '../tree/mapping.ts';
import type { Path } from '../tree/path.ts';
import type { Mapping, Value } from '../tree/value.ts';
import { decodeBase64 } from './secret-manifest.ts';
import { isSecret } from './secret-values.ts';

/** One Secret of a file: a document, or an item of a List. */
export interface SecretObject {
  /** Which document, from 0. */
  readonly branch: number;
  /** Where it lies in its document: empty, or `items` and an index (which counts comments). */
  readonly path: Path;
  readonly manifest: Mapping;
  /** `null` where it has none, or none that is a text. */
  readonly name: string | null;
  readonly namespace: string | null;
  readonly type: string | null;
}

/** One value of a Secret, as it stands in the tree: text or base64, or ciphertext. */
export interface SecretEntry {
  readonly field: SecretField;
  readonly key: string;
  readonly value: Value;
  /** From the top of the document. */
  readonly path: Path;
}

export type SecretField = 'data' | 'stringData';

/** Lists the Secrets of a file, those in Lists too, in order. */
export function secretObjects(branches: readonly Mapping[]): SecretObject[] {
  return branches.flatMap((document, branch) => {
    if (isSecret(document)) return [objectOf(document, branch, [])];
    const kind = textAt(document, 'kind');
    const items = valueAt(document, 'items');
    if ((kind !== 'List' && kind !== 'SecretList') || items?.kind !== 'sequence') return [];
    return items.items.flatMap((item, index) => {
      const belongs = item.kind === 'mapping' && (isSecret(item) || (kind === 'SecretList' && isBare(item)));
      return belongs ? [objectOf(item, branch, ['items', index])] : [];
    });
  });
}

/** The items of a SecretList need not say what they are. */
function isBare(item: Mapping): boolean {
  return valueAt(item, 'kind') === undefined && valueAt(item, 'apiVersion') === undefined;
}

function objectOf(manifest: Mapping, branch: number, path: Path): SecretObject {
  const metadata = valueAt(manifest, 'metadata');
  const at = (key: string): string | null => (metadata?.kind === 'mapping' ? textAt(metadata, key) : null);
  return {
    branch,
    path,
    manifest,
    name: at('name'),
    namespace: at('namespace'),
    type: textAt(manifest, 'type'),
  };
}

/** Lists the values of a Secret: `data`, then `stringData`, each in its order. */
export function secretEntries({ manifest, path }: SecretObject): SecretEntry[] {
  return (['data', 'stringData'] as const).flatMap((field) => {
    const values = valueAt(manifest, field);
    if (values?.kind !== 'mapping') return [];
    return entriesOf(values).flatMap(({ key, value }): SecretEntry[] =>
      typeof key === 'string' ? [{ field, key, value, path: [...path, field, key] }] : [],
    );
  });
}

/** The entry that counts for a key: what `stringData` has wins over `data`, as in Kubernetes. `null`: there is none. */
export function entryFor(secret: SecretObject, key: string): SecretEntry | null {
  return secretEntries(secret).findLast((entry) => entry.key === key) ?? null;
}

/** Returns the bytes that Kubernetes would take, or `null` where it would refuse the value. Of a value in clear. */
export function bytesOf({ field, value }: SecretEntry): Uint8Array | null {
  if (value.kind === 'bytes') return value.value;
  if (value.kind === 'null') return new Uint8Array(0);
  if (value.kind !== 'string') return null;
  return field === 'data' ? decodeBase64(value.value) : Buffer.from(value.value, 'utf8');
}

/** How a Secret is called in messages: `Secret db/app`, or by its place where it has no name. */
export function titleOf({ name, namespace, branch }: SecretObject): string {
  if (name === null) return `the Secret in document ${branch + 1}`;
  return printablePath(namespace === null ? `Secret ${name}` : `Secret ${namespace}/${name}`);
}

function textAt(mapping: Mapping, key: string): string | null {
  const value = valueAt(mapping, key);
  return value?.kind === 'string' ? value.value : null;
}
