import { valueAt } from '../tree/mapping.ts';
import type { Leaf, Mapping } from '../tree/value.ts';
import { walk } from '../tree/walk.ts';

/** Whether a document is a Kubernetes Secret (`v1`). */
export function isSecret(manifest: Mapping): boolean {
  return textAt(manifest, 'kind') === 'Secret' && textAt(manifest, 'apiVersion') === 'v1';
}

/** The values of a Secret that are secret: everything below `data` and `stringData`. */
export function secretLeaves(
  manifest: Mapping,
): readonly { leaf: Leaf; path: readonly (string | number)[] }[] {
  const found: { leaf: Leaf; path: readonly (string | number)[] }[] = [];
  walk(manifest, ({ leaf, keys, path }) => {
    const top = keys[0];
    if (leaf.kind !== 'comment' && (top === 'data' || top === 'stringData'))
      found.push({ leaf, path: [...path] });
  });
  return found;
}

function textAt(manifest: Mapping, key: string): string | null {
  const value = valueAt(manifest, key);
  return value?.kind === 'string' ? value.value : null;
}
