import type { ByteText } from './byte-text.ts';

/** A replaced stretch of a text: `text` in place of what lies from `start` to `end`. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: ByteText;
}

/**
 * Applies splices, given in any order; those that start at one place apply in the given order. One that lies inside
 * an earlier, larger one is dropped.
 */
export function applySplices(text: ByteText, splices: readonly Splice[]): ByteText {
  const sorted = [...splices].sort((a, b) => a.start - b.start || b.end - a.end);
  const parts: ByteText[] = [];
  let at = 0;
  for (const splice of sorted) {
    if (splice.start < at) continue;
    parts.push(text.slice(at, splice.start), splice.text);
    at = splice.end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}
