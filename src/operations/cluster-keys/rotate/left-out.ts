import nodePath from 'node:path';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import { readSealed } from '../../../repository/audit/sealed-version.ts';
import type { Git } from '../../../repository/git/git.ts';
import { splitAtNul } from '../../../repository/git/raw-diff.ts';
import { pathText, printablePath } from '../../../system/path-text.ts';
import type { RotationTree } from './ground.ts';

/**
 * Refuses files with a conflict that is not resolved: which of their sides counts is not known, and none of them would be
 * re-keyed. Throws `cluster-key.refused`, `git.*`.
 */
export async function requireMerged(git: Git): Promise<void> {
  const { stdout } = await git.run(['ls-files', '--unmerged', '--full-name', '-z', '--', ':(top)']);
  const names = splitAtNul(stdout).map((line) => pathText(line.subarray(line.indexOf(9) + 1)));
  const paths = [...new Set(names)];
  if (paths.length === 0) return;
  const shown = paths.slice(0, 5).map(printablePath).join(', ');
  const more = paths.length > 5 ? ` and ${paths.length - 5} more` : '';
  throw new SopskitError(
    'cluster-key.refused',
    `${shown}${more}: a conflict is not resolved, so that it cannot be told what is to be re-keyed`,
    {
      hint: 'Resolve it first, and git add the files; or leave the merge: git merge --abort (git rebase --abort).',
    },
  );
}

/**
 * Paths, from the top, of encrypted files that name the old recipient and that git ignores: no commit has them, so that a
 * rotation leaves them as they are. Throws `git.*`.
 */
export async function ignoredNaming({ git, snapshot, survey }: RotationTree, old: string): Promise<string[]> {
  const { stdout } = await git.run(
    [
      ...['grep', '-l', '-z', '--full-name', '--untracked', '--no-exclude-standard', '-F', '-e', old],
      ...['--', ':(top)'],
    ],
    { statuses: [1] },
  );
  const known = new Set([
    ...survey.sealed.map(({ path }) => path),
    ...survey.configurations.keys(),
    ...(await snapshot.list()).map(({ path }) => path),
  ]);
  const found: string[] = [];
  for (const path of splitAtNul(stdout).map(pathText)) {
    if (known.has(path)) continue;
    const bytes = await snapshot.read(path).catch(passOver);
    if (bytes !== null && (await readSealed(nodePath.basename(path), bytes)) !== null) found.push(path);
  }
  return found;
}

function passOver(error: unknown): null {
  if (error instanceof SopskitError) return null;
  throw error;
}
