/** A stretch of one list that another list has differently; empty on one side where something was only added or removed. */
export interface Hunk {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

/** Differences beyond which two lists count as different throughout: the search takes memory with their square. */
const mostDifferences = 3000;

/** Finds the shortest list of changes from `a` to `b` (Myers 1986), in order. Items are compared as strings. */
export function hunksBetween(a: readonly string[], b: readonly string[]): Hunk[] {
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const middle = pathThrough(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  const hunks = middle.map((hunk) => moved(hunk, head));
  return hunks.map((hunk, index) => slid(a, b, hunk, hunks[index + 1]));
}

/** Among equal lines a change could stand in several places; git takes the last. */
function slid(a: readonly string[], b: readonly string[], hunk: Hunk, next: Hunk | undefined): Hunk {
  let [by, most] = [0, (next?.aStart ?? a.length + 1) - hunk.aEnd - 1];
  if (hunk.aStart === hunk.aEnd) {
    most = Math.min(most, b.length - hunk.bEnd);
    while (by < most && b[hunk.bStart + by] === b[hunk.bEnd + by]) by += 1;
  } else if (hunk.bStart === hunk.bEnd) {
    most = Math.min(most, a.length - hunk.aEnd);
    while (by < most && a[hunk.aStart + by] === a[hunk.aEnd + by]) by += 1;
  }
  return moved(hunk, by);
}

function moved({ aStart, aEnd, bStart, bEnd }: Hunk, by: number): Hunk {
  return { aStart: aStart + by, aEnd: aEnd + by, bStart: bStart + by, bEnd: bEnd + by };
}

function pathThrough(a: readonly string[], b: readonly string[]): Hunk[] {
  if (a.length === 0 && b.length === 0) return [];
  const whole = [{ aStart: 0, aEnd: a.length, bStart: 0, bEnd: b.length }];
  if (a.length === 0 || b.length === 0) return whole;
  const rounds = search(a, b);
  return rounds === null ? whole : hunksOf(a, b, rounds);
}

/** The furthest-reaching points of every round, by diagonal; `null` where the lists are too different. */
function search(a: readonly string[], b: readonly string[]): Int32Array[] | null {
  const most = Math.min(a.length + b.length, mostDifferences);
  const reach = new Int32Array(2 * most + 3);
  const middle = most + 1;
  const rounds: Int32Array[] = [];
  for (let depth = 0; depth <= most; depth++) {
    rounds.push(reach.slice(middle - depth - 1, middle + depth + 2));
    for (let diagonal = -depth; diagonal <= depth; diagonal += 2) {
      const [left = 0, right = 0] = [reach[middle + diagonal - 1], reach[middle + diagonal + 1]];
      const down = diagonal === -depth || (diagonal !== depth && left < right);
      let x = down ? right : left + 1;
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1;
      reach[middle + diagonal] = x;
      if (x >= a.length && x - diagonal >= b.length) return rounds;
    }
  }
  return null;
}

/** Walks the rounds backwards and joins single steps that touch. */
function hunksOf(a: readonly string[], b: readonly string[], rounds: readonly Int32Array[]): Hunk[] {
  const steps: Hunk[] = [];
  let [x, y] = [a.length, b.length];
  for (let depth = rounds.length - 1; depth > 0; depth--) {
    const reach = rounds[depth] ?? new Int32Array(0);
    const at = (diagonal: number): number => reach[diagonal + depth + 1] ?? 0;
    const diagonal = x - y;
    const down = diagonal === -depth || (diagonal !== depth && at(diagonal - 1) < at(diagonal + 1));
    const from = down ? at(diagonal + 1) : at(diagonal - 1);
    const fromY = from - (down ? diagonal + 1 : diagonal - 1);
    steps.push({ aStart: from, aEnd: down ? from : from + 1, bStart: fromY, bEnd: down ? fromY + 1 : fromY });
    [x, y] = [from, fromY];
  }
  return joined(steps.reverse());
}

function joined(steps: readonly Hunk[]): Hunk[] {
  const hunks: Hunk[] = [];
  for (const step of steps) {
    const last = hunks.at(-1);
    if (last !== undefined && last.aEnd === step.aStart && last.bEnd === step.bStart)
      hunks[hunks.length - 1] = { ...last, aEnd: step.aEnd, bEnd: step.bEnd };
    else hunks.push(step);
  }
  return hunks;
}
