import type { Git } from '../../repository/git/git.ts';
import { readRawDiff } from '../../repository/git/raw-diff.ts';
import { commitSnapshot } from '../../repository/snapshots.ts';

/** A file of a commit; `null`: it is not there on that side. */
export interface CommitEdit {
  readonly path: string;
  readonly before: Uint8Array | null;
  readonly after: Uint8Array | null;
}

/** Lists the files that a commit changed, seen from its first parent. Throws `git.*`. */
export async function commitEdits(git: Git, commit: string): Promise<readonly CommitEdit[]> {
  const [old, now] = await Promise.all([commitSnapshot(git, `${commit}^`), commitSnapshot(git, commit)]);
  const edits = [];
  for (const path of await changedFiles(git, commit))
    edits.push({ path, before: await old.read(path), after: await now.read(path) });
  return edits;
}

async function changedFiles(git: Git, commit: string): Promise<string[]> {
  const args = ['diff-tree', '-r', '--raw', '-z', '--no-renames', '--no-abbrev', `${commit}^`, commit];
  const { stdout } = await git.run(args);
  return readRawDiff(stdout).flatMap((item) => ('commit' in item ? [] : [item.path]));
}
