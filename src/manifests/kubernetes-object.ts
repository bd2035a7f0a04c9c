import { entriesOf } from '../tree/mapping.ts';
import type { Path } from '../tree/path.ts';
import type { Mapping, Value } from '../tree/value.ts';

/** A Kubernetes object, a document of its own or an item of a List. */
export interface KubernetesObject {
  readonly manifest: Mapping;
  /** Where it stands in its document; empty for the document itself. */
  readonly path: Path;
  /** Empty where it has none. */
  readonly kind: string;
  readonly apiVersion: string;
  readonly name: string;
}

/** As deep as Lists in Lists are followed; Kubernetes has no use for more than one. */
const maxNesting = 8;

/**
 * Finds the objects of a document: itself, and the items of what is a List (`kind: List`, `SecretList`, …), also of Lists
 * in Lists. An item of a typed list that names no kind of its own has the list's.
 */
export function objectsOf(document: Mapping): readonly KubernetesObject[] {
  return collect(document, [], { kind: '', apiVersion: '' }, maxNesting);
}

function collect(
  manifest: Mapping,
  path: Path,
  implied: { readonly kind: string; readonly apiVersion: string },
  depth: number,
): KubernetesObject[] {
  const kind = textAt(manifest, 'kind') || implied.kind;
  const apiVersion = textAt(manifest, 'apiVersion') || implied.apiVersion;
  const metadata = fieldsAt(manifest, 'metadata')[0]?.value;
  const name = metadata?.kind === 'mapping' ? textAt(metadata, 'name') : '';
  const found: KubernetesObject[] = kind === '' ? [] : [{ manifest, path, kind, apiVersion, name }];
  if (depth === 0 || !kind.endsWith('List')) return found;
  const typed = { kind: kind.slice(0, -'List'.length), apiVersion: kind === 'List' ? '' : apiVersion };
  for (const { value: items, path: below } of fieldsAt(manifest, 'items')) {
    if (items.kind !== 'sequence') continue;
    items.items.forEach((item, index) => {
      if (item.kind === 'mapping') found.push(...collect(item, [...path, ...below, index], typed, depth - 1));
    });
  }
  return found;
}

/**
 * Returns the text at a key; empty where there is no such key, or something else at it. Of a key that is there twice the
 * last counts, as for kubectl.
 */
export function textAt(mapping: Mapping, key: string): string {
  const value = fieldsAt(mapping, key).at(-1)?.value;
  return value?.kind === 'string' ? value.value : '';
}

/** As deep as merge keys are followed; a merge may have others in it. */
const maxMerges = 8;

/** Lists what stands at a key, also where it comes in through a merge key (`<<`), which the mapping's own key outdoes. */
export function fieldsAt(
  mapping: Mapping,
  key: string,
  depth: number = maxMerges,
): { value: Value; path: Path }[] {
  const entries = entriesOf(mapping);
  const own = entries.filter((entry) => entry.key === key).map(({ value }) => ({ value, path: [key] }));
  if (own.length > 0 || depth === 0) return own;
  const merges = entries.filter((entry) => entry.key === '<<').map(({ value }) => value);
  for (const merge of merges) {
    const all = merge.kind === 'sequence' ? merge.items : [merge];
    for (const [index, merged] of all.entries()) {
      if (merged.kind !== 'mapping') continue;
      const at: Path = merge.kind === 'sequence' ? ['<<', index] : ['<<'];
      const found = fieldsAt(merged, key, depth - 1);
      if (found.length > 0) return found.map(({ value, path }) => ({ value, path: [...at, ...path] }));
    }
  }
  return [];
}
