import type { Git } from '../../repository/git/git.ts';
import { splitAtNul } from '../../repository/git/raw-diff.ts';
import { pathText } from '../../system/path-text.ts';

/** A file of the working tree or the index that is not as `HEAD` has it. */
export interface WorkChange {
  /** From the top. */
  readonly path: string;
  /** Whether git does not know it. */
  readonly isNew: boolean;
  /** Whether it has a conflict. */
  readonly isUnmerged: boolean;
}

/** Lists what is not committed, ignored files left out. Throws `git.*`. */
export async function changesOf(git: Git): Promise<readonly WorkChange[]> {
  const args = ['status', '--porcelain=v1', '-z', '--untracked-files=all', '--no-renames'];
  const { stdout } = await git.run(args);
  return splitAtNul(stdout).map((line) => {
    const state = line.toString('latin1', 0, 2);
    const isUnmerged = /U|AA|DD/.test(state);
    return { path: pathText(line.subarray(3)), isNew: state === '??', isUnmerged };
  });
}
