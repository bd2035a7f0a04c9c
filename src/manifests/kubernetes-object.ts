import { valueAt } from '../tree/mapping.ts';
import type { Path } from '../tree/path.ts';
import type { Mapping } from '../tree/value.ts';

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
  const metadata = valueAt(manifest, 'metadata');
  const name = metadata?.kind === 'mapping' ? textAt(metadata, 'name') : '';
  const found: KubernetesObject[] = kind === '' ? [] : [{ manifest, path, kind, apiVersion, name }];
  const items = valueAt(manifest, 'items');
  if (depth === 0 || !kind.endsWith('List') || items?.kind !== 'sequence') return found;
  const typed = { kind: kind.slice(0, -'List'.length), apiVersion: kind === 'List' ? '' : apiVersion };
  items.items.forEach((item, index) => {
    if (item.kind === 'mapping') found.push(...collect(item, [...path, 'items', index], typed, depth - 1));
  });
  return found;
}

/** Returns the text at a key; empty where there is no such key, or something else at it. */
export function textAt(mapping: Mapping, key: string): string {
  const value = valueAt(mapping, key);
  return value?.kind === 'string' ? value.value : '';
}
