import type { Cipher } from '../cipher/cipher.ts';
import { Mac } from '../cipher/mac.ts';
import { isEmptyLeaf } from '../cipher/plaintext.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { Edit } from '../formats/format.ts';
import type { Leaf, Mapping } from '../tree/value.ts';
import { walk } from '../tree/walk.ts';
import type { CompiledSelector } from './selector.ts';

/** A plaintext tree, sealed: what to write where, and the MAC to seal. */
export interface Sealing {
  readonly seals: ReadonlyMap<Leaf, string>;
  /** The MAC in clear: a hash of the plaintext. Only ever sealed, never printed. */
  readonly mac: string;
}

/** What decides which leaves are sealed and what the MAC covers. */
export interface SealRules {
  readonly selector: CompiledSelector;
  readonly macOnlyEncrypted: boolean;
}

/** Seals the selected leaves of all branches (sops.go, Tree.Encrypt). Throws `sops.encrypt`, placed. */
export function sealTree(branches: readonly Mapping[], rules: SealRules, cipher: Cipher): Sealing {
  const seals = new Map<Leaf, string>();
  const mac = new Mac(rules.macOnlyEncrypted);
  for (const branch of branches) {
    walk(branch, ({ leaf, keys, comments, additionalData, inList }) => {
      const selected = rules.selector.selects(keys, comments, leaf.kind === 'comment');
      mac.add(leaf, selected);
      const sealed = inList || !isEmptyLeaf(leaf) ? visible(leaf) : leaf;
      if (!selected || isEmptyLeaf(sealed)) return;
      const ciphertext = cipher.seal(sealed, additionalData);
      if (leaf.kind === 'comment' && rules.selector.matchesCiphertext(ciphertext))
        throw matchesItself(leaf.line);
      seals.set(leaf, ciphertext);
    });
  }
  return { seals, mac: mac.digest() };
}

/**
 * A comment as sops can open it: it takes an empty one in an encrypted list for an item, an empty string, and crashes
 * where the first of several lines (of an INI comment) is empty. Such a line is sealed as a space.
 */
export function visible(leaf: Leaf): Leaf {
  if (leaf.kind !== 'comment' || !(leaf.text === '' || leaf.text.startsWith('\n'))) return leaf;
  const bytes = leaf.bytes === undefined ? {} : { bytes: Buffer.concat([Buffer.from(' '), leaf.bytes]) };
  return { ...leaf, text: ` ${leaf.text}`, ...bytes };
}

export function sealEdits(seals: ReadonlyMap<Leaf, string>): Edit[] {
  return [...seals].map(([leaf, ciphertext]) => ({ kind: 'seal', leaf, ciphertext }));
}

/** Takes the empty first lines out of comments that stay readable (see `visible`); the layout record has them. */
export function readableEdits(branches: readonly Mapping[], seals: ReadonlyMap<Leaf, string>): Edit[] {
  const edits: Edit[] = [];
  for (const branch of branches) {
    walk(branch, ({ leaf }) => {
      if (leaf.kind !== 'comment' || seals.has(leaf) || !leaf.text.startsWith('\n')) return;
      const empty = emptyLines.exec(leaf.text)?.[0].length ?? 0;
      const bytes = leaf.bytes === undefined ? {} : { bytes: leaf.bytes.subarray(empty) };
      edits.push({ kind: 'open', leaf, value: { ...leaf, text: leaf.text.slice(empty), ...bytes } });
    });
  }
  return edits;
}

const emptyLines = /^(?:[;# \r]*\n)+/;

function matchesItself(line: number | undefined): SopskitError {
  return new SopskitError(
    'sops.encrypt',
    'an encrypted comment would match unencrypted_comment_regex, and the file would not decrypt',
    {
      ...(line === undefined ? {} : { place: { line } }),
      hint: 'Make the expression stricter, so that it cannot match ENC[…].',
    },
  );
}
