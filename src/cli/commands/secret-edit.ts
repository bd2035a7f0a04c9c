import type { Command } from '../command.ts';
import { readEncryption } from '../encryption.ts';
import { readType } from '../format-type.ts';
import { readKeyAccess } from '../key-access.ts';
import { sealedStatuses } from '../sealed-statuses.ts';
import { openFlags } from '../secret-flags.ts';
import { readSettings } from '../settings.ts';
import { readFile } from '../target.ts';
import type { EditRequest } from './edit.ts';

export const command: Command<EditRequest> = {
  name: 'secret edit',
  group: 'repository',
  summary: 'edit an encrypted Secret with the values of data in clear',
  usage: 'FILE',
  about: [
    'The editor shows the values of data as text, not in base64; they are written back as base64. Values that are no text are shown as !!binary. Values that you leave alone keep their ciphertext.',
    'The editor is $SOPS_EDITOR or $EDITOR. It works on a private temporary file, in memory where the system allows.',
  ],
  examples: [{ line: 'sopskit secret edit db.yaml', says: 'edit the values as text' }],
  flags: openFlags,
  statuses: sealedStatuses,
  beyond: true,
  parse(input) {
    const file = readFile(input);
    const { values } = input;
    return {
      file,
      ...readSettings(values),
      filenameOverride: null,
      inputType: readType(input, 'input-type'),
      outputType: null,
      access: readKeyAccess(values),
      ...readEncryption(values),
      showMasterKeys: false,
      ignoreMac: values.bool('ignore-mac'),
    };
  },
  async run(request, context) {
    const { editSecret } = await import('../secret-edit.ts');
    return editSecret(request, context);
  },
};
