import { SopskitError } from '../errors/sopskit-error.ts';
import { secretObjects } from '../manifests/secret-manifest-read.ts';
import type { Mapping } from '../tree/value.ts';
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
    const before = format.parse(editing.text).data;
    secretsOf(before, { name: null, namespace: null, document: null }, request.file);
    const view = await viewSecrets(format, editing.text);
    return {
      text: view.text,
      seal: async (edited) => {
        const restored = await view.restore(edited);
        checkStillSecrets(before, format.parse(restored).data);
        return editing.seal(restored);
      },
      keep: (edited) => editing.keep(edited),
      close: () => editing.close(),
    };
  });
}

/** The rule encrypts the values of Secrets; those of another object would be readable, or refused by the cluster. */
function checkStillSecrets(before: readonly Mapping[], after: readonly Mapping[]): void {
  const [were, are] = [secretObjects(before).length, secretObjects(after).length];
  const isFewer = are < were && after.length >= before.length;
  if (are > 0 && !isFewer) return;
  throw new SopskitError(
    'manifest.invalid',
    'a Secret of the file would be one no more (apiVersion v1, kind Secret)',
    {
      hint: 'Put its kind and apiVersion back. `sopskit edit` changes them.',
    },
  );
}
