import { type Hunk, hunksBetween } from '../repository/merge/line-diff.ts';
import { printablePath } from '../system/path-text.ts';

/** Lines around a change, as git shows them. */
const context = 3;

/** One file of a step, before and after; `null`: not there. */
export interface FileChange {
  readonly path: string;
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
  /** Path that the same bytes, or nearly the same, had before; `null`: none. */
  readonly from: string | null;
}

/** Writes a change as `git diff` does, in lines without their ends. Control characters of a file are made visible. */
export function diffLines({ path, before, after, from }: FileChange): readonly string[] {
  const name = printablePath(path);
  if (from !== null) {
    const old = printablePath(from);
    const same = [`diff --git a/${old} b/${name}`, `rename from ${old}`, `rename to ${name}`];
    const hunks = hunkLines(before, after);
    return hunks.length === 0 ? same : [...same, `--- a/${old}`, `+++ b/${name}`, ...hunks];
  }
  const modes = [
    ...(before === null ? ['new file mode 100644'] : []),
    ...(after === null ? ['deleted file mode 100644'] : []),
  ];
  return [
    `diff --git a/${name} b/${name}`,
    ...modes,
    `--- ${before === null ? '/dev/null' : `a/${name}`}`,
    `+++ ${after === null ? '/dev/null' : `b/${name}`}`,
    ...hunkLines(before, after),
  ];
}

function hunkLines(before: Uint8Array | null, after: Uint8Array | null): string[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  const groups: Hunk[][] = [];
  for (const hunk of hunksBetween(a, b)) {
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && hunk.aStart - last.aEnd <= 2 * context) groups.at(-1)?.push(hunk);
    else groups.push([hunk]);
  }
  return groups.flatMap((group) => groupLines(a, b, group));
}

function groupLines(a: readonly string[], b: readonly string[], group: readonly Hunk[]): string[] {
  const [first, last] = [group[0], group.at(-1)];
  if (first === undefined || last === undefined) return [];
  const before = Math.min(context, first.aStart);
  const behind = Math.min(context, a.length - last.aEnd);
  const [aStart, aEnd] = [first.aStart - before, last.aEnd + behind];
  const [bStart, bEnd] = [first.bStart - before, last.bEnd + behind];
  const lines = [`@@ -${range(aStart, aEnd)} +${range(bStart, bEnd)} @@`];
  let at = aStart;
  for (const { aStart: from, aEnd: to, bStart: newFrom, bEnd: newTo } of group) {
    lines.push(...a.slice(at, from).map((line) => ` ${line}`));
    lines.push(
      ...a.slice(from, to).map((line) => `-${line}`),
      ...b.slice(newFrom, newTo).map((line) => `+${line}`),
    );
    at = to;
  }
  return [...lines, ...a.slice(at, aEnd).map((line) => ` ${line}`)];
}

function range(start: number, end: number): string {
  const length = end - start;
  return length === 1 ? `${start + 1}` : `${length === 0 ? start : start + 1},${length}`;
}

function linesOf(bytes: Uint8Array | null): string[] {
  if (bytes === null || bytes.length === 0) return [];
  const text = Buffer.from(bytes).toString('utf8');
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map(printablePath);
}

/**
 * Pairs files that go with files of the same bytes, or of the same name and nearly the same lines, that come: as git's
 * renames.
 */
export function withRenames(changes: readonly Omit<FileChange, 'from'>[]): readonly FileChange[] {
  const gone = new Map(changes.filter(({ after }) => after === null).map((change) => [change.path, change]));
  const paired = changes.map((change): FileChange => {
    if (change.before !== null || change.after === null) return { ...change, from: null };
    const after = change.after;
    const old = [...gone.values()].find(({ path, before }) => isLike(path, before, change.path, after));
    if (old === undefined) return { ...change, from: null };
    gone.delete(old.path);
    return { ...change, before: old.before, from: old.path };
  });
  return paired.filter(({ path, after }) => after !== null || gone.has(path));
}

function isLike(from: string, before: Uint8Array | null, to: string, after: Uint8Array): boolean {
  if (before === null) return false;
  if (Buffer.compare(before, after) === 0) return true;
  if (from.split('/').at(-1) !== to.split('/').at(-1)) return false;
  const [a, b] = [linesOf(before), new Set(linesOf(after))];
  return a.filter((line) => b.has(line)).length * 2 > a.length;
}
