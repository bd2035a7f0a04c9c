import type { CommandContext } from './command.ts';
import type { EditRequest } from './commands/edit.ts';
import { editFile } from './edit-file.ts';
import { sealedFormat } from './operations/file-format.ts';
import { secretsOf } from './secret-choice.ts';
import { viewSecrets } from './secret-view.ts';
import { absolute, readPath } from './streams.ts';

/** Opens an encrypted Secret in the editor with the values of `data` in clear. Throws as `edit` does. */
export async function editSecret(request: EditRequest, context: CommandContext): Promise<number> {
  const name = absolute(context.system, request.file);
  const format = await sealedFormat(
    request.inputType,
    name,
    readPath(context.system, request.file, 'file.missing'),
  );
  return editFile(request, context, async (editing) => {
    secretsOf(format.parse(editing.text).data, { name: null, namespace: null, document: null }, request.file);
    const view = await viewSecrets(format, editing.text);
    return {
      text: view.text,
      seal: async (edited) => editing.seal(await view.restore(edited)),
      keep: (edited) => editing.keep(edited),
      close: () => editing.close(),
    };
  });
}
