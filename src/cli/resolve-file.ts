import { basename, join } from 'node:path';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { Git } from '../repository/git/git.ts';
import type { OpenConflict } from '../repository/merge/open-conflict.ts';
import type { Keyring } from '../sops/keyring.ts';
import { printablePath } from '../system/path-text.ts';
import type { CommandContext } from './command.ts';
import { runEditor } from './editor.ts';
import { changedMeanwhile, keptCopy } from './kept-edit.ts';
import type { NamedConflict } from './named-conflicts.ts';
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
  { path, typed }: NamedConflict,
  resolution: Resolution,
  context: CommandContext,
): Promise<void> {
  const { openConflict } = await import('../repository/merge/open-conflict.ts');
  const { system, terminal } = context;
  const { git, keyring, side } = resolution;
  const conflict = await openConflict(git, path, { system, keyring });
  // a name that is no UTF-8 does not come through the command line
  const file =
    typed === null || system.files.kindOf(absolute(system, typed)) === null ? conflict.file : typed;
  try {
    if (side !== null) write(file, conflict, await conflict.seal(conflict.side(side)), context);
    else if (conflict.hasMarkers(conflict.marked)) await editUntilSettled(file, conflict, context);
    else write(file, conflict, await conflict.seal(conflict.marked), context);
    await conflict.settle();
    terminal.tell(`${printablePath(typed ?? path)}: settled, and added to the index`);
  } finally {
    conflict.close();
  }
}

/** Settles one file after the other, also after one that fails. Returns the exit status. */
export async function resolveAll(
  named: readonly NamedConflict[],
  resolution: Resolution,
  context: CommandContext,
): Promise<number> {
  const { errorText } = await import('./error-text.ts');
  let failed = false;
  for (const one of named) {
    const file = printablePath(one.typed ?? one.path);
    try {
      await resolveFile(one, resolution, context);
    } catch (error) {
      if (!(error instanceof SopskitError)) throw error;
      const isPassedOver = one.typed === null && error.code === 'sops.not-encrypted';
      if (isPassedOver) context.terminal.tell(`${file}: passed over: ${error.message}`);
      else context.terminal.tell(errorText('sopskit git resolve', error.at({ file }), false));
      failed ||= !isPassedOver;
    }
  }
  return failed ? 1 : 0;
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
