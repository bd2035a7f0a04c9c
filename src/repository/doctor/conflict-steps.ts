import path from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { pathBytes } from '../../system/path-text.ts';
import type { System } from '../../system/system.ts';
import { Git } from '../git/git.ts';

/** What to do about conflict markers: in a merge that goes on choose a side, else go back to a whole version. */
export async function conflictSteps(system: System, full: string, typed: string): Promise<string[]> {
  if (await isUnmerged(system, full))
    return [
      `git checkout --ours -- ${typed} takes your side, --theirs the other one`,
      `or, with the merge driver of sopskit git install: sopskit git resolve ${typed}`,
      'or: git merge --abort',
    ];
  return [
    `git knows of no merge here: the markers are in the file itself. To find the last whole version: git log -p -- ${typed}`,
    `To take it back: git checkout COMMIT -- ${typed}`,
  ];
}

async function isUnmerged(system: System, full: string): Promise<boolean> {
  try {
    const git = await Git.open(system, path.dirname(full));
    if (git === null) return false;
    try {
      const name = Buffer.from(pathBytes(full)).toString('latin1');
      return (await git.indexFiles()).some(
        ({ path: file, stage }) =>
          stage > 0 && Buffer.from(pathBytes(path.join(git.top ?? '', file))).toString('latin1') === name,
      );
    } finally {
      await git.close();
    }
  } catch (error) {
    if (error instanceof SopskitError && error.code !== 'interrupted') return false;
    throw error;
  }
}
