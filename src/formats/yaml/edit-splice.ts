/** A replaced stretch of a text: `text` in place of what lies from `start` to `end` (UTF-16 offsets, exclusive end). */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Applies splices given in any order, in one pass. Insertions at one place apply in the given order and before a
 * replacement that starts there. A splice inside a larger one is dropped; of two that overlap, the earlier keeps its
 * stretch and the later one what is left of its own.
 */
export function applySplices(text: string, splices: readonly Splice[]): string {
  const sorted = isSorted(splices) ? splices : [...splices].sort(compareSplices);
  const parts: string[] = [];
  let at = 0;
  for (const splice of sorted) {
    const inside = splice.end <= at && splice.start < at;
    if (inside) continue;
    parts.push(text.slice(at, splice.start), splice.text);
    at = Math.max(at, splice.end);
  }
  parts.push(text.slice(at));
  return parts.join('');
}

/** Most edits come in text order. */
function isSorted(splices: readonly Splice[]): boolean {
  let last = splices[0];
  for (const splice of splices) {
    if (last !== undefined && compareSplices(last, splice) > 0) return false;
    last = splice;
  }
  return true;
}

function compareSplices(a: Splice, b: Splice): number {
  if (a.start !== b.start) return a.start - b.start;
  const insertions = Number(b.start === b.end) - Number(a.start === a.end);
  return insertions === 0 ? b.end - a.end : insertions;
}
