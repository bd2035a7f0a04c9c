import path from 'node:path';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { Workspace } from '../flux/workspace.ts';
import { writeFiles } from '../operations/restructure/write-files.ts';
import type { CommandContext } from './command.ts';
import type { ShownRestructuring } from './restructure-text.ts';

/**
 * Writes the files of the next step that is not committed into the working tree, where nothing stands in the way. Returns
 * the exit status. Throws `restructure.refused`.
 */
export function writeStep(
  { system, terminal }: CommandContext,
  { root }: Workspace,
  { restructuring, files, done }: ShownRestructuring,
): number {
  const index = restructuring.steps.findIndex(({ edits }, at) => at >= done && edits.size > 0);
  const edits = restructuring.steps[index]?.edits;
  if (edits === undefined) {
    terminal.tell('No step has files to write any more.');
    return 0;
  }
  const read = (file: string): Uint8Array | null => {
    const full = path.join(root, file);
    return system.files.kindOf(full) === 'file' ? system.files.read(full) : null;
  };
  if ([...edits].every(([file, bytes]) => isSame(read(file), bytes))) {
    terminal.tell(
      `Step ${index + 1} is written already: commit and push it, and see it live before the next.`,
    );
    return 0;
  }
  const before = new Map(files[index]?.map((file) => [file.from ?? file.path, file.before]));
  for (const file of edits.keys()) {
    if (isSame(read(file), before.get(file) ?? null)) continue;
    throw new SopskitError('restructure.refused', `${file} has changes that are not committed`, {
      hint: 'Commit them, or put them aside with `git stash`.',
    });
  }
  writeFiles(system, root, edits);
  terminal.tell(`wrote step ${index + 1}: ${edits.size} ${edits.size === 1 ? 'file' : 'files'}`);
  return 0;
}

function isSame(one: Uint8Array | null, other: Uint8Array | null): boolean {
  return one === null || other === null ? one === other : Buffer.compare(one, other) === 0;
}
