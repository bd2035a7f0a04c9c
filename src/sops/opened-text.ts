import type { Document, EmitStyle } from '../formats/format.ts';
import { sameSpelledData } from '../tree/equal.ts';
import { valueAt } from '../tree/mapping.ts';
import { replaceLeaves } from '../tree/replace.ts';
import type { Leaf, Mapping } from '../tree/value.ts';
import { emptyLayout, type Layout, layOut } from './layout.ts';
import { sopsVersion } from './metadata.ts';
import { weakString } from './weak-types.ts';

/**
 * Returns the plaintext of a sealed document, without its metadata.
 *
 * - with a layout record: in the file's own layout, recorded spellings restored;
 * - a text exactly as sops writes it, or wrote it in another release: exactly as sops decrypts it;
 * - any other: in the file's own layout.
 */
export function openedText(
  document: Document,
  opens: ReadonlyMap<Leaf, Leaf>,
  layout: Layout | null,
  style: EmitStyle,
): Uint8Array {
  if (layout !== null) return readsTheSame(document, opens, layout);
  if (isAsSopsWrites(document, style)) return printed(document, opens, style);
  return inOwnLayout(document, opens, style);
}

/** Opens a document in its own layout; where that would leave a comment sealed, as sops prints it. */
export function inOwnLayout(
  document: Document,
  opens: ReadonlyMap<Leaf, Leaf>,
  style: EmitStyle,
): Uint8Array {
  const text = layOut(document, opens, emptyLayout);
  return leavesSealed(text, opens) ? printed(document, opens, style) : text;
}

function printed(document: Document, opens: ReadonlyMap<Leaf, Leaf>, style: EmitStyle): Uint8Array {
  return document.format.emit(
    document.data.map((branch) => replaceLeaves(branch, opens)),
    style,
  );
}

function leavesSealed(text: Uint8Array, opens: ReadonlyMap<Leaf, Leaf>): boolean {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  if (!bytes.includes('ENC[')) return false; // looking for each comment alone would take quadratic time
  return [...opens.keys()].some(
    (leaf) => leaf.kind === 'comment' && leaf.text !== '' && bytes.includes(leaf.text),
  );
}

/**
 * Whether sops wrote a sealed text: it is, byte for byte, what sops would print for its tree. Two things may differ: the
 * metadata, which other releases wrote in another order, and the indentation of comment lines - sops does not read its
 * own comments everywhere at the place where it printed them.
 */
export function isAsSopsWrites(document: Document, style: EmitStyle): boolean {
  const { format, data } = document;
  try {
    if (isAsEmitted(document, style)) return true;
    if (!isOfOtherRelease(document) && !mayHaveComments(document)) return false;
    const text = document.edit([{ kind: 'metadata', value: null }]);
    return withoutCommentIndents(format.emitSealed(data, style)) === withoutCommentIndents(text);
  } catch {
    return false; // what sops cannot print, it did not write
  }
}

/** The bytes as text, up to a line break at the end, which other releases left out of JSON. */
function withoutCommentIndents(text: Uint8Array): string {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString('latin1');
  return (bytes.endsWith('\n') ? bytes : `${bytes}\n`).replaceAll(/^ +(?=#)/gm, '');
}

function mayHaveComments({ bytes }: Document): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('#');
}

function isAsEmitted(document: Document, style: EmitStyle): boolean {
  if (document.isAsEmitted !== undefined) return document.isAsEmitted(style);
  const { format, branches, bytes } = document;
  return Buffer.compare(format.emitSealed(branches, style), bytes) === 0;
}

/** Other releases wrote their metadata differently, and JSON without a line break at its end. */
function isOfOtherRelease({ metadata }: Document): boolean {
  return metadata !== null && weakString(valueAt(metadata, 'version'), 'version') !== sopsVersion;
}

/** Recorded spellings count only where the text still reads as the same values. */
function readsTheSame(document: Document, opens: ReadonlyMap<Leaf, Leaf>, layout: Layout): Uint8Array {
  const plain = layOut(document, opens, emptyLayout);
  if (layout.spellings.length === 0 && layout.patch === null) return plain;
  const laidOut = layOut(document, opens, layout);
  const values = document.data.map((branch) => replaceLeaves(branch, opens));
  return hasValues(document, laidOut, values) ? laidOut : plain;
}

/** Compares with the sealed values themselves, as far as a text can tell them. */
function hasValues(document: Document, text: Uint8Array, values: readonly Mapping[]): boolean {
  try {
    const { branches } = document.format.parse(text);
    return branches.length === values.length && values.every((value, at) => sameAt(branches, at, value));
  } catch {
    return false;
  }
}

function sameAt(branches: readonly Mapping[], index: number, value: Mapping): boolean {
  const branch = branches[index];
  return branch !== undefined && sameSpelledData(branch, value);
}
