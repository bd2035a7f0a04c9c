import { join } from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Files } from '../../system/files.ts';
import { printablePath } from '../../system/path-text.ts';
import { shellWord } from '../check/shell-word.ts';
import type { Git } from '../git/git.ts';
import { ConflictRecords } from './conflict-record.ts';

/** What git keeps in its folder while it is in the middle of something that may end in conflicts. */
const unfinished = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'rebase-merge', 'rebase-apply'];

/**
 * The files that the index has just as the merge driver left them, in conflict: added without a decision, they would lose
 * what their side has at the places in question. Asks for no key.
 */
export async function unsettledFiles(git: Git, files: Files): Promise<readonly string[]> {
  const records = new ConflictRecords(files, git.folder);
  if (records.isEmpty) return [];
  const added = new Set((await git.settledFiles()).map(({ path }) => path));
  const index = await git.indexFiles();
  const found: string[] = [];
  for (const { path, stage, blob } of index)
    if (stage === 0 && blob !== null && added.has(path) && records.has(path))
      if (records.isResult(path, await git.blob(blob))) found.push(path);
  if (unfinished.some((name) => files.kindOf(join(git.folder, name)) !== null)) return found;
  const staged = new Set((await git.stagedFiles()).map(({ path }) => path));
  return found.filter((path) => staged.has(path));
}

/** Of at least one file. */
export function notSettled(paths: readonly string[]): SopskitError {
  const names = paths.map((path) => shellWord(path)).join(' ');
  return new SopskitError(
    'git.unresolved',
    `conflict not settled, and added to the index: ${paths.map(printablePath).join(', ')}; as it is, the changes of their side are lost`,
    {
      hint: `To decide: sopskit git resolve ${names}. To accept our side: sopskit git resolve --ours ${names}.`,
    },
  );
}
