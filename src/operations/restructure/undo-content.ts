import { Draft } from '../../flux/restructure/draft.ts';
import type { Git } from '../../repository/git/git.ts';
import type { Snapshot } from '../../repository/snapshot.ts';
import type { System } from '../../system/system.ts';
import { commitEdits } from './commit-edits.ts';
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
  const draft = new Draft(state);
  for (const { path, before, after } of await commitEdits(git, commit)) {
    const versions = { current: await state.read(path), before: after, wanted: before };
    await draft.write(path, await mergeContent(system, git, path, versions));
  }
  return draft;
}
