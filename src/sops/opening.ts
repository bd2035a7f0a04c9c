import type { Cipher } from '../cipher/cipher.ts';
import { Mac } from '../cipher/mac.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { Edit } from '../formats/format.ts';
import type { Leaf, Mapping } from '../tree/value.ts';
import { type Visit, walk } from '../tree/walk.ts';
import type { SealRules } from './sealing.ts';

/** A sealed tree, opened: the value of every sealed leaf, and the MAC of what was read. */
export interface Opening {
  readonly opens: ReadonlyMap<Leaf, Leaf>;
  /** The MAC in clear, to compare. Never printed. */
  readonly mac: string;
  /** Lines of comments that should be encrypted and are not: written by old releases, or by hand. */
  readonly readableComments: readonly number[];
}

/**
 * Opens the selected leaves of all branches (sops.go, Tree.Decrypt). Leaves in `added` are passed over, for the MAC too:
 * they came into the file in clear after it was sealed. Throws `sops.decrypt`, placed.
 */
export function openTree(
  branches: readonly Mapping[],
  rules: SealRules,
  cipher: Cipher,
  added?: ReadonlySet<Leaf>,
): Opening {
  const opens = new Map<Leaf, Leaf>();
  const readableComments: number[] = [];
  const mac = new Mac(rules.macOnlyEncrypted);
  for (const branch of branches) {
    walkSealed(branch, (at) => {
      const { leaf } = at;
      if (added?.has(leaf) === true) return;
      const selected = rules.selector.selects(at.keys, at.comments, leaf.kind === 'comment');
      const value = selected ? openLeaf(at, cipher) : leaf;
      if (value === null) readableComments.push(leaf.line ?? 0);
      else if (value !== leaf) opens.set(leaf, fitting(at, value));
      // as it was opened: a comment whose ciphertext was given another type counts as a value, and the MAC fails
      mac.add(value ?? leaf, selected);
    });
  }
  return { opens, mac: mac.digest(), readableComments };
}

export function openEdits(opens: ReadonlyMap<Leaf, Leaf>): Edit[] {
  return [...opens].map(([leaf, value]) => ({ kind: 'open', leaf, value }));
}

/** `null` means a comment that is not ciphertext: sops takes it as it is. */
function openLeaf({ leaf, additionalData, path }: Visit, cipher: Cipher): Leaf | null {
  if (leaf.kind === 'comment') {
    if (leaf.text === '') return leaf;
    try {
      return cipher.open(leaf.text, additionalData);
    } catch {
      return null;
    }
  }
  if (leaf.kind !== 'string') throw readable(leaf.kind, placeOf(leaf, path));
  if (leaf.value === '') return leaf;
  try {
    return cipher.open(leaf.value, additionalData);
  } catch (error) {
    throw error instanceof SopskitError
      ? new SopskitError('sops.decrypt', error.message, {
          place: placeOf(leaf, path),
          ...hintOf(error),
          cause: error,
        })
      : error;
  }
}

/**
 * Whatever type the ciphertext of a comment says, it stands where a comment stands; and no key has a comment for its
 * value. (Only in a list an item may open to a comment: sops writes them so.)
 */
function fitting({ leaf, path }: Visit, value: Leaf): Leaf {
  if (leaf.kind === 'comment' && value.kind !== 'comment') {
    return { kind: 'comment', text: value.kind === 'string' ? value.value : '', inline: false };
  }
  const isEntry = leaf.kind !== 'comment' && typeof path.at(-1) === 'string';
  return isEntry && value.kind === 'comment' ? { kind: 'string', value: value.text } : value;
}

/** Walks a sealed branch. Throws `sops.decrypt` where `walk` throws `sops.encrypt`. */
export function walkSealed(branch: Mapping, visit: (at: Visit) => void): void {
  try {
    walk(branch, visit);
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code !== 'sops.encrypt') throw error;
    throw new SopskitError('sops.decrypt', error.message, {
      ...(error.place ? { place: error.place } : {}),
      ...hintOf(error),
    });
  }
}

function readable(kind: string, place: { line?: number }): SopskitError {
  return new SopskitError('sops.decrypt', `a value that should be encrypted is a readable ${kind}`, {
    place,
    hint: 'It was written into the encrypted file by hand. Set it with `sopskit set`, or `sopskit edit` the file.',
  });
}

function placeOf(leaf: Leaf, path: Visit['path']) {
  return { path: [...path], ...(leaf.line === undefined ? {} : { line: leaf.line }) };
}

function hintOf(error: SopskitError): { hint?: string } {
  return error.hint === undefined ? {} : { hint: error.hint };
}
