/** The shortest way from something over what it waits for back to it; `null`: there is none. */
export function shortestCycle(start: string, nextOf: (key: string) => readonly string[]): string[] | null {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const key of queue) {
    for (const next of nextOf(key)) {
      if (next === start) return wayTo(key, start, cameFrom);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, key);
      queue.push(next);
    }
  }
  return null;
}

function wayTo(last: string, first: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [last];
  for (let key = last; key !== first; ) {
    key = cameFrom.get(key) ?? first;
    way.unshift(key);
  }
  return way;
}
