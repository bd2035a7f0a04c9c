import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { Git } from '../../../repository/git/git.ts';
import { commitOf } from '../../git/reach.ts';
import type { Standing } from './standing.ts';

/** A standing, with what keeps the old key from being retired. */
export interface StandingToOld extends Standing {
  /** Whether files that it may have applied name the old key: the retirement waits for it then. `null`: it cannot be told here. */
  readonly needsOld: boolean | null;
}

/**
 * Tells of each Kustomization whether what it has applied may need the old key, and what brings those further that do not
 * move by themselves. `keys retire` looks closer, and has the last word. Throws `git.*`.
 */
export async function standingsToOld(
  git: Git,
  standings: readonly Standing[],
  { old, commit }: { readonly old: string; readonly commit: string },
): Promise<readonly StandingToOld[]> {
  const found: StandingToOld[] = [];
  for (const one of standings) {
    const needsOld = await needs(git, one, old);
    const mend = one.mend ?? (needsOld === false ? null : wayOut(one, commit));
    found.push({ ...one, needsOld, mend });
  }
  return found;
}

/** Whether it stands in the way of the retirement, or has still to move by itself. */
export function isOpen({ state, needsOld }: StandingToOld): boolean {
  return state !== 'ready' && (needsOld !== false || state === 'waiting' || state === 'failing');
}

/** A revision that names the old key only in rules does not need it. */
async function needs(git: Git, { state, revision }: Standing, old: string): Promise<boolean | null> {
  if (state === 'ready') return false;
  const commit = revision === null || state === 'opaque' ? null : commitOf(revision);
  if (commit === null) return null;
  const files = ['--', ':(top)', ':(top,exclude,glob)**/.sops.yaml'];
  try {
    const { status } = await git.run(['grep', '-q', '-F', '-e', old, commit, ...files], {
      statuses: [1, 128],
    });
    return status === 128 ? null : status === 0;
  } catch (error) {
    if (error instanceof SopskitError && error.code === 'git.failed') return null;
    throw error;
  }
}

function wayOut({ key, state }: Standing, commit: string): string | null {
  if (state === 'pinned')
    return `move the source of ${key} to a tag or a commit that has ${commit.slice(0, 12)}`;
  if (state === 'opaque')
    return `look yourself whether what ${key} applies is encrypted for the old key: if not, keys retire takes --unneeded ${key}`;
  return null;
}
