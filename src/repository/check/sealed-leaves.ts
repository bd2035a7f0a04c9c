import { isEmptyLeaf } from '../../cipher/plaintext.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { CompiledSelector } from '../../sops/selector.ts';
import type { Path } from '../../tree/path.ts';
import type { Leaf } from '../../tree/value.ts';
import { walk } from '../../tree/walk.ts';
import type { Part } from './content.ts';

/** A value or comment of a file, as a selector sees it. */
export interface SelectedLeaf {
  readonly leaf: Leaf;
  readonly path: Path;
  readonly line: number | undefined;
  readonly additionalData: string;
  /** Whether the selector says that it is encrypted. */
  readonly selected: boolean;
  /** Its text, where it begins as ciphertext does. */
  readonly ciphertext: string | null;
  readonly part: Part;
}

/**
 * Lists the leaves of documents with a selector's verdict; empty ones, which sops leaves as they are, are not among them.
 * `problem` is what sops would stop at.
 */
export function selectedLeavesOf(
  parts: readonly Part[],
  selector: CompiledSelector,
): { readonly leaves: readonly SelectedLeaf[]; readonly problem: SopskitError | null } {
  const leaves: SelectedLeaf[] = [];
  let problem: SopskitError | null = null;
  for (const part of parts) {
    try {
      walk(part.data, ({ leaf, keys, comments, path, additionalData }) => {
        if (isEmptyLeaf(leaf)) return;
        const selected = selector.selects(keys, comments, leaf.kind === 'comment');
        const line = leaf.line === undefined ? undefined : leaf.line + part.lineOffset;
        leaves.push({
          ...{ leaf, path: [...path], line, additionalData, selected, part },
          ciphertext: ciphertextOf(leaf),
        });
      });
    } catch (error) {
      if (!(error instanceof SopskitError)) throw error;
      problem ??= error;
    }
  }
  return { leaves, problem };
}

/** What all ciphertexts begin with. */
const prefix = 'ENC[AES256_GCM,';

/** Returns a leaf's text where it begins as ciphertext does. */
export function ciphertextOf(leaf: Leaf): string | null {
  const text = leaf.kind === 'comment' ? leaf.text : leaf.kind === 'string' ? leaf.value : '';
  return text.startsWith(prefix) ? text : null;
}
