import { isEmptyLeaf } from '../cipher/plaintext.ts';
import { looksSealed } from '../cipher/sealed-value.ts';
import type { Path } from '../tree/path.ts';
import type { Leaf } from '../tree/value.ts';
import { walkSealed } from './opening.ts';
import type { SealedFile } from './sealed-file.ts';

/** A value in a sealed file that its selector wants encrypted, and that is not. */
export interface ReadableValue {
  readonly leaf: Leaf;
  readonly path: Path;
}

/**
 * Finds the values that were written into a sealed file in clear. Comments are not among them: old releases of sops left
 * them readable. Needs no key. Throws `sops.decrypt` for a tree that sops cannot walk.
 */
export function readableValues({ document, rules }: SealedFile): readonly ReadableValue[] {
  const found: ReadableValue[] = [];
  for (const branch of document.data) {
    walkSealed(branch, ({ leaf, keys, comments, path }) => {
      if (leaf.kind === 'comment' || isEmptyLeaf(leaf) || isSealed(leaf)) return;
      if (rules.selector.selects(keys, comments, false)) found.push({ leaf, path: [...path] });
    });
  }
  return found;
}

function isSealed(leaf: Leaf): boolean {
  return leaf.kind === 'string' && looksSealed(leaf.value);
}
