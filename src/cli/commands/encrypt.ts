import { SopskitError } from '../../errors/sopskit-error.ts';
import type { FormatName } from '../../formats/format.ts';
import type { Command } from '../command.ts';
import { type Encryption, encryptionFlags, readEncryption } from '../encryption.ts';
import * as flags from '../flags.ts';
import { readType } from '../format-type.ts';
import { type KeyAccess, readKeyAccess } from '../key-access.ts';
import { readSettings, type Settings } from '../settings.ts';
import { readSource, writeResult } from '../streams.ts';
import { readFileOrStdin, readTarget, type Target } from '../target.ts';

export interface EncryptRequest extends Target, Settings, Encryption {
  /** As typed; `null` is standard input. */
  readonly file: string | null;
  /** Never `null` when `file` is. */
  readonly filenameOverride: string | null;
  readonly inputType: FormatName | null;
  readonly outputType: FormatName | null;
  /** Key services wrap data keys, too; the order does not matter here. */
  readonly access: KeyAccess;
}

export const command: Command<EncryptRequest> = {
  name: 'encrypt',
  group: 'files',
  summary: 'print a file encrypted',
  usage: '[FILE]',
  about: [
    'Keys and what to encrypt come from the flags, or else from the first matching rule in .sops.yaml.',
    'Without FILE, standard input is encrypted; --filename-override then names its format and rule.',
  ],
  examples: [
    { line: 'sopskit encrypt -i secret.yaml', says: 'by the rules of .sops.yaml' },
    {
      line: `sopskit encrypt --age age1… --encrypted-regex '^(data|stringData)$' secret.yaml`,
      says: 'by flags',
    },
  ],
  flags: [
    flags.inPlace,
    flags.output,
    ...encryptionFlags,
    flags.inputType,
    flags.outputType,
    flags.filenameOverride,
    ...flags.keyserviceFlags,
    ...flags.settingFlags,
  ],
  parse(input) {
    const target = readTarget(input);
    const { values } = input;
    const file = readFileOrStdin(input, target);
    const filenameOverride = values.text('filename-override');
    if (file === null && filenameOverride === null) {
      throw new SopskitError('usage.conflict', 'standard input has no name to find its format and rule by', {
        hint: 'add --filename-override NAME',
      });
    }
    return {
      file,
      ...target,
      ...readSettings(values),
      filenameOverride,
      inputType: readType(input, 'input-type'),
      outputType: readType(input, 'output-type'),
      access: readKeyAccess(values),
      ...readEncryption(values),
    };
  },
  async run(request, context) {
    const source = readSource(context.system, request, 'usage.no-file');
    const operations = await context.operations();
    writeResult(context, request, source, await operations.encrypt(request, source));
    return 0;
  },
};
