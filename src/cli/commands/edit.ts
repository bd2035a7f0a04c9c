import type { FormatName } from '../../formats/format.ts';
import type { Command } from '../command.ts';
import { type Encryption, encryptionFlags, readEncryption } from '../encryption.ts';
import * as flags from '../flags.ts';
import { readType } from '../format-type.ts';
import { type KeyAccess, readKeyAccess } from '../key-access.ts';
import { sealedStatuses } from '../sealed-statuses.ts';
import { readSettings, type Settings } from '../settings.ts';
import { readFile } from '../target.ts';

/** The fields of `Encryption` matter only when the file does not exist yet. */
export interface EditRequest extends Settings, Encryption {
  readonly file: string;
  /** Only the old flag form has it. */
  readonly filenameOverride: string | null;
  readonly inputType: FormatName | null;
  readonly outputType: FormatName | null;
  readonly showMasterKeys: boolean;
  readonly ignoreMac: boolean;
  readonly access: KeyAccess;
}

export const command: Command<EditRequest> = {
  name: 'edit',
  group: 'files',
  summary: 'edit a file in $SOPS_EDITOR or $EDITOR; makes a new one',
  usage: 'FILE',
  about: [
    'The editor works on a private temporary file, in memory where the system allows; it is removed when the editor ends. Values that were not changed keep their ciphertext.',
    '`sopskit FILE` does the same.',
  ],
  examples: [
    { line: 'sopskit edit secret.yaml', says: 'edit, or make a new one by the rules of .sops.yaml' },
    { line: `EDITOR='code --wait' sopskit edit secret.yaml`, says: 'in another editor' },
  ],
  flags: [
    ...encryptionFlags,
    flags.inputType,
    flags.outputType,
    flags.showMasterKeys,
    flags.ignoreMac,
    flags.decryptionOrder,
    ...flags.keyserviceFlags,
    ...flags.settingFlags,
  ],
  statuses: sealedStatuses,
  parse(input) {
    const file = readFile(input);
    const { values } = input;
    return {
      file,
      ...readSettings(values),
      filenameOverride: values.text('filename-override'),
      inputType: readType(input, 'input-type'),
      outputType: readType(input, 'output-type'),
      access: readKeyAccess(values),
      ...readEncryption(values),
      showMasterKeys: values.bool('show-master-keys'),
      ignoreMac: values.bool('ignore-mac'),
    };
  },
  async run(request, context) {
    const { editFile } = await import('../edit-file.ts');
    return editFile(request, context);
  },
};
