import { isEmptyLeaf, plaintextOf } from '../cipher/plaintext.ts';
import type { Document } from '../formats/format.ts';
import type { Leaf, Mapping } from '../tree/value.ts';
import { walk } from '../tree/walk.ts';
import { visible } from './sealing.ts';
import type { CompiledSelector } from './selector.ts';

/**
 * Pairs the leaves of a sealed text, read again, with the plain leaves they came from, or returns `null` where sops
 * would read the text differently from what was meant: another path, another value, another selection. It is the
 * check that every encryption makes of its own output before anything is written.
 */
export function pairLeaves(
  sealed: Document,
  plain: readonly Mapping[],
  seals: ReadonlyMap<Leaf, string>,
  selector: CompiledSelector,
): ReadonlyMap<Leaf, Leaf> | null {
  if (sealed.data.length !== plain.length) return null;
  const expected = plain.map((branch) => expectations(branch, seals));
  const opens = new Map<Leaf, Leaf>();
  const fits = sealed.data.every((branch, index) => {
    const wanted = expected[index];
    return wanted !== undefined && pairBranch(branch, wanted, selector, opens);
  });
  return fits ? opens : null;
}

/** What one branch must read as: its values in order, and its sealed comments by ciphertext. */
interface Expectations {
  readonly values: readonly ExpectedLeaf[];
  readonly comments: ReadonlyMap<string, ExpectedLeaf>;
}

interface ExpectedLeaf {
  readonly leaf: Leaf;
  readonly additionalData: string;
  readonly ciphertext: string | undefined;
}

function expectations(branch: Mapping, seals: ReadonlyMap<Leaf, string>): Expectations {
  const values: ExpectedLeaf[] = [];
  const comments = new Map<string, ExpectedLeaf>();
  walk(branch, ({ leaf, additionalData }) => {
    const expected = { leaf, additionalData, ciphertext: seals.get(leaf) };
    if (leaf.kind !== 'comment') values.push(expected);
    else if (expected.ciphertext !== undefined) comments.set(expected.ciphertext, expected);
  });
  return { values, comments };
}

function pairBranch(
  branch: Mapping,
  wanted: Expectations,
  selector: CompiledSelector,
  opens: Map<Leaf, Leaf>,
): boolean {
  let next = 0;
  let fits = true;
  walk(branch, ({ leaf, additionalData, keys, comments }) => {
    const isComment = leaf.kind === 'comment';
    const expected = commentFor(leaf, wanted) ?? (isComment ? undefined : wanted.values[next++]);
    const selected = selector.selects(keys, comments, isComment);
    if (expected === undefined) {
      fits &&= isComment && (!selected || isEmptyLeaf(leaf));
      return;
    }
    const sealed = expected.ciphertext !== undefined;
    const text =
      leaf.kind === 'comment' ? leaf.text : leaf.kind === 'string' ? leaf.value.trimEnd() : undefined;
    fits &&=
      expected.additionalData === additionalData && (sealed ? selected : !selected || isEmptyLeaf(leaf));
    fits &&= sealed ? text === expected.ciphertext : sameLeaf(leaf, expected.leaf);
    if (sealed) opens.set(leaf, asOpened(expected.leaf));
  });
  return fits && next === wanted.values.length;
}

/** What opening gives back: ciphertext does not say that a comment stood behind a value. */
function asOpened(leaf: Leaf): Leaf {
  const sealed = visible(leaf);
  return sealed.kind === 'comment' ? { ...sealed, inline: false } : sealed;
}

/** A sealed comment, also where sops wrote it: as an item of a list. */
function commentFor(leaf: Leaf, { comments }: Expectations): ExpectedLeaf | undefined {
  if (leaf.kind === 'comment') return comments.get(leaf.text);
  return leaf.kind === 'string' ? comments.get(leaf.value) : undefined;
}

/** A readable float without a fraction is written, by sops too, as what reads as an int: the MAC is the same. */
function sameLeaf(read: Leaf, meant: Leaf): boolean {
  const sameKind = read.kind === meant.kind || (read.kind === 'int' && meant.kind === 'float');
  return sameKind && Buffer.compare(plaintextOf(read), plaintextOf(meant)) === 0;
}
