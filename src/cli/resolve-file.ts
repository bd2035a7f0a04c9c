import { basename, dirname, join, relative, sep } from 'node:path';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { Git } from '../repository/git/git.ts';
import type { OpenConflict } from '../repository/merge/open-conflict.ts';
import type { Keyring } from '../sops/keyring.ts';
import { printablePath } from '../system/path-text.ts';
import type { CommandContext } from './command.ts';
import { runEditor } from './editor.ts';
import { changedMeanwhile, keptCopy } from './kept-edit.ts';
import { absolute, isEqual, isUnchanged, writeBack } from './streams.ts';

export interface Resolution {
  readonly git: Git;
  readonly keyring: Keyring;
  /** Take this side at every conflict, without an editor. */
  readonly side: 'ours' | 'theirs' | null;
}

/**
 * Settles the conflict of one file: in the editor, or by taking one side; writes it encrypted, and tells git.
 * Throws `git.no-conflict`, `git.unresolved`, `file.changed`, `edit.*`, `key.unavailable`; the conflict then stays.
 */
export async function resolveFile(
  named: string,
  resolution: Resolution,
  context: CommandContext,
): Promise<void> {
  const { openConflict } = await import('../repository/merge/open-conflict.ts');
  const { system, terminal } = context;
  const { git, keyring, side } = resolution;
  const conflict = await openConflict(git, pathInTree(named, git, context), { system, keyring });
  // a name that is no UTF-8 does not come through the command line
  const file = system.files.kindOf(absolute(system, named)) === null ? conflict.file : named;
  try {
    if (side !== null) write(file, conflict, await conflict.seal(conflict.side(side)), context);
    else if (conflict.hasMarkers(conflict.marked)) await editUntilSettled(file, conflict, context);
    else write(file, conflict, await conflict.seal(conflict.marked), context);
    await conflict.settle();
    terminal.tell(`${printablePath(file)}: settled, and added to the index`);
  } finally {
    conflict.close();
  }
}

/** The path as git has it; links in the folders above are followed, one at its end is not. */
function pathInTree(file: string, { top }: Git, { system }: CommandContext): string {
  if (top === null)
    throw new SopskitError('git.no-repository', 'this repository has no working tree', { place: { file } });
  const path = absolute(system, file);
  const folder = system.files.realPath(dirname(path)) ?? dirname(path);
  const inside = relative(top, join(folder, basename(path)));
  if (inside.startsWith('..'))
    throw new SopskitError('git.no-repository', 'the file lies outside of this repository', {
      place: { file },
    });
  return inside.split(sep).join('/');
}

async function editUntilSettled(
  file: string,
  conflict: OpenConflict,
  context: CommandContext,
): Promise<void> {
  const { system } = context;
  const folder = system.files.makePrivateFolder();
  const path = join(folder.path, basename(file));
  try {
    system.files.replace(path, conflict.marked, 0o600);
    for (;;) {
      await runEditor(system, path);
      const edited = system.files.read(path);
      if (edited === null) throw new SopskitError('edit.failed', 'the editor removed the temporary file');
      if (isEqual(edited, conflict.marked)) throw unresolved('nothing was changed');
      try {
        if (conflict.hasMarkers(edited)) throw unresolved('conflict markers are left in the text');
        write(file, conflict, await conflict.seal(edited), context);
        return;
      } catch (error) {
        await askToGoOn(error, edited, file, conflict, context);
      }
    }
  } finally {
    folder.remove();
  }
}

function write(file: string, { before }: OpenConflict, sealed: Uint8Array, context: CommandContext): void {
  if (!isUnchanged(context.system, file, before)) throw changedMeanwhile(context, file, sealed);
  writeBack(context, file, sealed);
}

/** Throws the error again where the user cannot mend it, or cannot be asked. */
async function askToGoOn(
  error: unknown,
  edited: Uint8Array,
  file: string,
  conflict: OpenConflict,
  context: CommandContext,
): Promise<void> {
  if (
    !(error instanceof SopskitError) ||
    !/^(?:document|sops)\.|^git\.unresolved$|^file\.unwritable$/.test(error.code)
  )
    throw error;
  const { system, terminal } = context;
  if (!system.prompts.available) throw await keptCopy(context, file, error, () => conflict.keep(edited));
  const { errorText } = await import('./error-text.ts');
  terminal.tell(errorText('sopskit git resolve', error.at({ file }), false));
  await system.prompts.text(
    'Press enter to return to the editor, or Ctrl-C to leave the conflict as it was',
    '',
  );
}

function unresolved(why: string): SopskitError {
  return new SopskitError('git.unresolved', `${why}; the conflict is as it was`, {
    hint: 'Run the command again, or take one side with --ours or --theirs.',
  });
}
