import { basename, join } from 'node:path';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { CommandContext } from './command.ts';
import type { EditRequest } from './commands/edit.ts';
import { runEditor } from './editor.ts';
import { changedMeanwhile, keptCopy } from './kept-edit.ts';
import type { Editing } from './operations.ts';
import { absolute, isEqual, isUnchanged, readSource, writeBack } from './streams.ts';

/** A file in the editor, and its bytes when it was opened; `null` for a new one. */
interface Opened {
  readonly file: string;
  readonly before: Uint8Array | null;
  readonly editing: Editing;
}

/** Shows the text of an existing file in another form, and takes it back in that form. */
export type Adapt = (editing: Editing) => Promise<Editing>;

/**
 * Lets the user edit a file, or a new one where there is none, and writes it back encrypted. Returns the exit status.
 *
 * Throws `edit.unchanged`, `edit.no-editor`, `edit.failed`, `file.changed`, and `file.unwritable` before the editor
 * starts; the file is then as it was. An edit that cannot go into the file is kept, encrypted, where nobody can be asked
 * what to do with it.
 */
export async function editFile(
  request: EditRequest,
  context: CommandContext,
  adapt: Adapt = async (editing) => editing,
): Promise<number> {
  const opened = await open(request, context, adapt);
  try {
    await editUntilWritten(opened, context);
    return 0;
  } finally {
    opened.editing.close();
  }
}

async function open(request: EditRequest, context: CommandContext, adapt: Adapt): Promise<Opened> {
  const { system } = context;
  const { file } = request;
  system.files.checkReplaceable(absolute(system, file));
  const operations = await context.operations();
  if (system.files.status(absolute(system, file)) === null) {
    const name = absolute(system, request.filenameOverride ?? file);
    return { file, before: null, editing: await operations.editNew(request, name) };
  }
  const source = readSource(system, request, 'file.missing');
  const editing = await operations.edit(request, source);
  try {
    return { file, before: source.bytes, editing: await adapt(editing) };
  } catch (error) {
    editing.close();
    throw error;
  }
}

/** The temporary file has the name of the real one, so that editors know its language. */
async function editUntilWritten(opened: Opened, context: CommandContext): Promise<void> {
  const { system } = context;
  const { file, editing } = opened;
  const folder = system.files.makePrivateFolder();
  const path = join(folder.path, basename(file));
  try {
    system.files.replace(path, editing.text, 0o600);
    for (;;) {
      await runEditor(system, path);
      const edited = system.files.read(path);
      if (edited === null) throw new SopskitError('edit.failed', 'the editor removed the temporary file');
      if (isEqual(edited, editing.text)) throw new SopskitError('edit.unchanged', 'the file has not changed');
      try {
        write(opened, await editing.seal(edited), context);
        return;
      } catch (error) {
        await askToGoOn(error, edited, opened, context);
      }
    }
  } finally {
    folder.remove();
  }
}

/** What somebody else made of the file in the meantime is not written over. */
function write({ file, before }: Opened, sealed: Uint8Array, context: CommandContext): void {
  if (!isUnchanged(context.system, file, before)) throw changedMeanwhile(context, file, sealed);
  writeBack(context, file, sealed);
}

/** Throws the error again where the user cannot mend it, or cannot be asked. Ctrl-C throws `interrupted`. */
async function askToGoOn(
  error: unknown,
  edited: Uint8Array,
  { file, editing }: Opened,
  context: CommandContext,
): Promise<void> {
  if (!(error instanceof SopskitError) || !isMendable(error)) throw error;
  const { system, terminal } = context;
  if (!system.prompts.available) throw await keptCopy(context, file, error, () => editing.keep(edited));
  const { errorText } = await import('./error-text.ts');
  terminal.tell(errorText('sopskit edit', error.at({ file }), false));
  await system.prompts.text('Press enter to return to the editor, or Ctrl-C to leave the file as it was', '');
}

/** What another edit, or another try, can change: the text, what it says, its metadata (`--show-master-keys`), its keys, the disk. */
function isMendable({ code }: SopskitError): boolean {
  return (
    code.startsWith('document.') ||
    code.startsWith('sops.') ||
    code.startsWith('manifest.') ||
    code === 'key.none' ||
    code === 'file.unwritable'
  );
}
