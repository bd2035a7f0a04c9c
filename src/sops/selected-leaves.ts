import { isEmptyLeaf } from '../cipher/plaintext.ts';
import type { Leaf, Mapping } from '../tree/value.ts';
import { walk } from '../tree/walk.ts';
import type { CompiledSelector } from './selector.ts';

/** The leaves of a plain tree that a selector seals. */
export function selectedLeaves(branches: readonly Mapping[], selector: CompiledSelector): ReadonlySet<Leaf> {
  const selected = new Set<Leaf>();
  for (const branch of branches) {
    walk(branch, ({ leaf, keys, comments }) => {
      if (!isEmptyLeaf(leaf) && selector.selects(keys, comments, leaf.kind === 'comment')) selected.add(leaf);
    });
  }
  return selected;
}
