/** Returns the candidate that `typed` was most likely meant to be, or `null` when none is near. */
export function nearest(typed: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  let least = typed.length <= 3 ? 1 : 2;
  for (const candidate of candidates) {
    const distance = editDistance(typed, candidate, least);
    if (distance > least || (distance === least && best !== null)) continue;
    best = candidate;
    least = distance;
  }
  return best;
}

/** Counts insertions, deletions, replacements and swaps of neighbours; anything above `limit` may come out as more. */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1;
  let older: number[] = [];
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const line = [row];
    for (let column = 1; column <= to.length; column++) {
      line.push(cheapest(from, to, row, column, { line, above, older }));
    }
    older = above;
    above = line;
  }
  return above[to.length] ?? 0;
}

interface Rows {
  readonly line: readonly number[];
  readonly above: readonly number[];
  readonly older: readonly number[];
}

function cheapest(
  from: string,
  to: string,
  row: number,
  column: number,
  { line, above, older }: Rows,
): number {
  const same = from[row - 1] === to[column - 1];
  const cost = Math.min(
    (above[column] ?? 0) + 1,
    (line[column - 1] ?? 0) + 1,
    (above[column - 1] ?? 0) + (same ? 0 : 1),
  );
  const swapped =
    row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
  return swapped ? Math.min(cost, (older[column - 2] ?? 0) + 1) : cost;
}
