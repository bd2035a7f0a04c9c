import { Draft } from '../../flux/restructure/draft.ts';
import type { Git } from '../../repository/git/git.ts';
import { readRawDiff } from '../../repository/git/raw-diff.ts';
import type { Snapshot } from '../../repository/snapshot.ts';
import { commitSnapshot } from '../../repository/snapshots.ts';
import type { System } from '../../system/system.ts';
import { mergeContent } from './step-content.ts';

/**
 * Takes a commit back on top of a state: each file that it changed gets what it held before, merged with what was done to
 * it since. Throws `restructure.refused` where that cannot be told apart, `git.*`.
 */
export async function withoutCommit(
  system: System,
  git: Git,
  commit: string,
  state: Snapshot,
): Promise<Draft> {
  const [before, after] = await Promise.all([commitSnapshot(git, `${commit}^`), commitSnapshot(git, commit)]);
  const draft = new Draft(state);
  for (const file of await changedFiles(git, commit)) {
    const versions = {
      current: await state.read(file),
      before: await after.read(file),
      wanted: await before.read(file),
    };
    await draft.write(file, await mergeContent(system, git, file, versions));
  }
  return draft;
}

async function changedFiles(git: Git, commit: string): Promise<string[]> {
  const args = ['diff-tree', '-r', '--raw', '-z', '--no-renames', '--no-abbrev', `${commit}^`, commit];
  const { stdout } = await git.run(args);
  return readRawDiff(stdout).flatMap((item) => ('commit' in item ? [] : [item.path]));
}
