import { type ByteText, decodeText, encodeText } from './byte-text.ts';

/**
 * The spelling of a place (see `Site.spelling`) from its pieces: one piece of UTF-8 stands for itself; several, and
 * what is not UTF-8, become a line break and a JSON array of byte texts, which no single piece can look like: none
 * starts with a line break.
 */
export function spellingOf(pieces: readonly ByteText[]): string {
  const [first = ''] = pieces;
  const plain = pieces.length === 1 && !first.startsWith('\n') ? decodeText(first) : null;
  return plain ?? `\n${JSON.stringify(pieces)}`;
}

/** The pieces of a spelling; `null` for one that `spellingOf` did not make. */
export function piecesOf(spelling: string): readonly ByteText[] | null {
  if (!spelling.startsWith('\n')) return [encodeText(spelling)];
  try {
    const pieces: unknown = JSON.parse(spelling.slice(1));
    return Array.isArray(pieces) && pieces.every((piece) => typeof piece === 'string') ? pieces : null;
  } catch {
    return null;
  }
}
