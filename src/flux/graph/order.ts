/** An arrow: `from` has to be Ready before `to` is applied. */
export interface Edge {
  readonly from: string;
  readonly to: string;
}

/**
 * Leaves out the edges that others imply: with a before b before c, "a before c" need not be drawn. Edges of a cycle all
 * stay.
 */
export function withoutImplied(edges: readonly Edge[]): Edge[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const inCycle = cyclic(next);
  return edges.filter(({ from, to }) => {
    if (inCycle.has(from) || inCycle.has(to)) return true;
    return !(next.get(from) ?? []).some((other) => other !== to && reaches(next, other, to));
  });
}

function reaches(next: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const queue = [from];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (at === to) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    queue.push(...(next.get(at) ?? []));
  }
  return false;
}

/** Names from which a way leads back to them. */
function cyclic(next: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  return new Set(
    [...next.keys()].filter((name) => (next.get(name) ?? []).some((other) => reaches(next, other, name))),
  );
}
