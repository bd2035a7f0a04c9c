import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Edit } from '../../formats/format.ts';
import { yamlFormat } from '../../formats/yaml/yaml-format.ts';
import type { Mapping } from '../../tree/value.ts';

/**
 * One document of a YAML file with the `---` above it. The texts of a file's pieces, joined, are its bytes (as latin1: no
 * byte is ever decoded that is not edited).
 */
export interface Piece {
  readonly text: string;
  /** `null` where it is no mapping: comments only, a list. */
  readonly tree: Mapping | null;
}

/** Cuts a file into its documents. Throws `document.*` where one of them cannot be read. */
export function piecesOf(bytes: Uint8Array): readonly Piece[] {
  return textsOf(bytes).map((text) => ({ text, tree: treeOf(text) }));
}

/** The same without reading them. */
export function textsOf(bytes: Uint8Array): readonly string[] {
  const text = Buffer.from(bytes).toString('latin1');
  const starts = [...text.matchAll(/^---(?=[ \t\r\n]|$)/gm)].map(({ index }) => index);
  const cuts = [0, ...starts.filter((start) => start > 0), text.length];
  return cuts.slice(1).flatMap((end, index) => {
    const piece = text.slice(cuts[index], end);
    return piece === '' ? [] : [piece];
  });
}

export function bytesOf(pieces: readonly { readonly text: string }[]): Uint8Array {
  return Buffer.from(pieces.map(({ text }) => text).join(''), 'latin1');
}

/** Whether nothing but comments, blank lines and marks are in it. */
export function isEmptyText(text: string): boolean {
  return text.split(/\r\n|[\r\n]/).every((line) => /^\s*(?:#|$)|^(?:---|\.\.\.)\s*(?:#|$)/.test(line));
}

/** Returns a document's text with edits; its layout stays. `branch` of every edit is 0. */
export function editText(text: string, edits: readonly Edit[]): string {
  if (edits.length === 0) return text;
  const document = yamlFormat.parse(Buffer.from(text, 'latin1'));
  return Buffer.from(document.edit(edits, { indent: 2 })).toString('latin1');
}

/**
 * Takes one document out of a file; `null` where nothing but comments would stay. A file that begins without a `---` goes
 * on to.
 */
export function withoutPiece(pieces: readonly Piece[], index: number): Uint8Array | null {
  const rest = pieces.filter((_, at) => at !== index);
  if (rest.every(({ text }) => isEmptyText(text))) return null;
  const [first, ...others] = rest;
  const began = index === 0 && pieces[0]?.text.startsWith('---') === false;
  return bytesOf(first !== undefined && began ? [{ text: withoutMark(first.text) }, ...others] : rest);
}

/** Puts a document behind the last one of a file, as the file divides its documents. */
export function withPiece(bytes: Uint8Array, added: string): Uint8Array {
  const before = Buffer.from(bytes).toString('latin1');
  const lineBreak = before.includes('\r\n') ? '\r\n' : '\n';
  const body = before === '' || /[\r\n]$/.test(before) ? before : before + lineBreak;
  if (isEmptyText(before) || /^---/m.test(withoutComments(added))) return Buffer.from(body + added, 'latin1');
  return Buffer.from(`${body}---${lineBreak}${added}`, 'latin1');
}

/** A document's text without the mark above it: what stands alone in a file. */
export function withoutMark(text: string): string {
  return text.replace(/^---[ \t]*(?:\r\n|[\r\n]|$)/, '');
}

function withoutComments(text: string): string {
  return text.slice(0, 4);
}

function treeOf(text: string): Mapping | null {
  if (isEmptyText(text)) return null;
  try {
    return yamlFormat.parse(Buffer.from(text, 'latin1')).branches[0] ?? null;
  } catch (error) {
    // a list at the top, a second document behind `...`: nothing that a restructuring has to do with
    if (error instanceof SopskitError && error.code === 'document.unsupported') return null;
    throw error;
  }
}
