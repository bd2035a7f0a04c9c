import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Git } from '../../repository/git/git.ts';

/** Trailers of the commits of a restructuring. */
export const idTrailer = 'Sopskit-Restructure';
export const stepTrailer = 'Sopskit-Step';

/** A restructuring whose first step is committed on the branch, as far as it got. */
export interface Begun {
  readonly id: string;
  /** The commit that the first step's was made on: the steps are planned from it again. */
  readonly base: string;
  /** Number of the last committed step, from 1, and of all steps. */
  readonly step: number;
  readonly of: number;
  /** The last step's commit. */
  readonly commit: string;
  /** Commits of the steps by number. */
  readonly commits: ReadonlyMap<number, string>;
}

/** A commit with the trailers, newest first. */
interface Marked {
  readonly commit: string;
  readonly parent: string | null;
  readonly id: string;
  readonly step: number;
  readonly of: number;
}

/** What the trailer of an undoing's commits says. */
export function undoId(id: string): string {
  return `undo-${id}`;
}

/** Whether an id is that of an undoing. */
export function isUndoing(id: string): boolean {
  return id.startsWith(undoId(''));
}

/**
 * Looks in the history of `HEAD` for a restructuring that was begun, and not undone since; `null`: it was not. Whoever
 * plans its steps plans them from `base`, so that they are the same ones again. Throws `git.failed`,
 * `restructure.refused` where it is being undone.
 */
export async function findBegun(git: Git, id: string): Promise<Begun | null> {
  const all = await markedCommits(git);
  const undone = all.findIndex((one) => one.id === undoId(id));
  const steps = all.filter((one) => one.id === id);
  if (undone >= 0) {
    const since = all.slice(0, undone).filter((one) => one.id === id);
    const last = all[undone];
    if (since.length === 0 && last !== undefined && last.step < last.of) throw beingUndone(id);
    return begunOf(id, since);
  }
  return begunOf(id, steps);
}

/** A restructuring to take back, and how far that got. */
export interface Undone {
  readonly begun: Begun;
  /** The commits that take it back, as `findBegun` finds those of steps; `null`: none yet. */
  readonly undoing: Begun | null;
}

/** Looks for a restructuring that is on the branch, also one that is taken back already. Throws `git.failed`. */
export async function findUndone(git: Git, id: string): Promise<Undone | null> {
  const all = await markedCommits(git);
  const last = all.findIndex((one) => one.id === id);
  if (last < 0) return null;
  const since = all.slice(0, last).filter((one) => one.id === undoId(id));
  const undoing = begunOf(undoId(id), since);
  const begun = begunOf(
    id,
    all.slice(last).filter((one) => one.id === id),
  );
  return begun === null ? null : { begun, undoing };
}

/** Ids of the restructurings in the history of `HEAD`, the newest first. */
export async function restructuringsIn(git: Git): Promise<readonly string[]> {
  return [...new Set((await markedCommits(git)).map(({ id }) => id.replace(/^undo-/, '')))];
}

/** Takes the newest run: a step of the same number or a higher one belongs to an older. */
function begunOf(id: string, marked: readonly Marked[]): Begun | null {
  const commits = new Map<number, string>();
  let [first, below] = [marked[0], Number.POSITIVE_INFINITY];
  for (const one of marked) {
    if (one.step >= below) break;
    commits.set(one.step, one.commit);
    [first, below] = [one, one.step];
  }
  const last = marked[0];
  if (last === undefined || first === undefined || first.parent === null) return null;
  return { id, base: first.parent, step: last.step, of: last.of, commit: last.commit, commits };
}

async function markedCommits(git: Git): Promise<Marked[]> {
  const fields = ['%H', '%P', `%(trailers:key=${idTrailer},valueonly,separator=%x2C)`];
  const format = [...fields, `%(trailers:key=${stepTrailer},valueonly,separator=%x2C)`].join('%x09');
  const { text } = await git.run([
    ...['log', '--topo-order', '--no-show-signature', `--grep=^${idTrailer}: `],
    ...[`--format=${format}`, 'HEAD', '--'],
  ]);
  return text.split('\n').flatMap((line) => {
    const [commit = '', parents = '', id = '', place = ''] = line.split('\t');
    const [, step, of] = /^(\d+)\/(\d+)$/.exec(place) ?? [];
    if (id === '' || step === undefined || of === undefined) return [];
    return [{ commit, parent: parents.split(' ')[0] || null, id, step: Number(step), of: Number(of) }];
  });
}

function beingUndone(id: string): SopskitError {
  return new SopskitError('restructure.refused', `the restructuring ${id} is being taken back`, {
    hint: `Let that end first: sopskit restructure undo ${id} --apply`,
  });
}
