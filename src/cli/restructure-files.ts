import type { Restructuring } from '../flux/restructure/step.ts';
import type { Workspace } from '../flux/workspace.ts';
import type { Begun } from '../operations/restructure/begun.ts';
import type { Snapshot } from '../repository/snapshot.ts';
import { type FileChange, withRenames } from './restructure-diff.ts';

/**
 * Lists what each step changes: a committed one as its commit has it, which need not be what would be planned now (live
 * objects, new data keys); the others from the state that the steps are planned from. Throws `git.*`.
 */
export async function changesBySteps(
  { git }: Workspace,
  { steps }: Restructuring,
  base: Snapshot,
  begun: Begun | null,
): Promise<readonly (readonly FileChange[])[]> {
  const { commitEdits } = await import('../operations/restructure/commit-edits.ts');
  const state = new Map<string, Uint8Array | null>();
  const files = [];
  for (const [index, { edits }] of steps.entries()) {
    const commit = begun?.commits.get(index + 1);
    if (git !== null && commit !== undefined) {
      const done = await commitEdits(git, commit);
      for (const { path, after } of done) state.set(path, after);
      files.push(withRenames(done.map((one) => ({ ...one }))));
      continue;
    }
    const changes = [];
    for (const [path, after] of edits) {
      const known = state.get(path);
      changes.push({ path, before: known === undefined ? await base.read(path) : known, after });
    }
    for (const [path, after] of edits) state.set(path, after);
    files.push(withRenames(changes));
  }
  return files;
}
