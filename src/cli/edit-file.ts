import { basename, join } from 'node:path';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { CommandContext } from './command.ts';
import type { EditRequest } from './commands/edit.ts';
import { runEditor } from './editor.ts';
import type { Editing } from './operations.ts';
import { absolute, readSource, writeBack } from './streams.ts';

/**
 * Lets the user edit a file, or a new one where there is none, and writes it back encrypted. Returns the exit status.
 * Throws `edit.unchanged`, `edit.no-editor`, `edit.failed`; the file is then as it was.
 */
export async function editFile(request: EditRequest, context: CommandContext): Promise<number> {
  const editing = await open(request, context);
  try {
    const bytes = await editUntilSealed(request.file, editing, context);
    writeBack(context, request.file, bytes);
    return 0;
  } finally {
    editing.close();
  }
}

async function open(request: EditRequest, context: CommandContext): Promise<Editing> {
  const { system } = context;
  const operations = await context.operations();
  if (system.files.status(absolute(system, request.file)) !== null) {
    return operations.edit(request, readSource(system, request, 'file.missing'));
  }
  return operations.editNew(request, absolute(system, request.filenameOverride ?? request.file));
}

/** The temporary file has the name of the real one, so that editors know its language. */
async function editUntilSealed(file: string, editing: Editing, context: CommandContext): Promise<Uint8Array> {
  const { system } = context;
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
        return await editing.seal(edited);
      } catch (error) {
        await askToGoOn(error, context);
      }
    }
  } finally {
    folder.remove();
  }
}

/** Throws the error again where the user cannot mend it, or cannot be asked. Ctrl-C throws `interrupted`. */
async function askToGoOn(error: unknown, { system, terminal }: CommandContext): Promise<void> {
  if (!(error instanceof SopskitError) || !isMendable(error) || !system.prompts.available) throw error;
  const { errorText } = await import('./error-text.ts');
  terminal.tell(errorText('sopskit edit', error, false));
  await system.prompts.text('Press enter to return to the editor, or Ctrl-C to leave the file as it was', '');
}

/** What another edit can change: the text itself, its metadata (`--show-master-keys`), its missing keys. */
function isMendable({ code }: SopskitError): boolean {
  return code.startsWith('document.') || code.startsWith('sops.') || code === 'key.none';
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
