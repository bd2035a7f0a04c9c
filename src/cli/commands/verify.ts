import type { FormatName } from '../../formats/format.ts';
import type { Command } from '../command.ts';
import * as flags from '../flags.ts';
import { readType } from '../format-type.ts';
import { type KeyAccess, readKeyAccess } from '../key-access.ts';
import { type ManyOptions, manyFlags, readManyOptions } from '../many-flags.ts';
import { sealedStatuses } from '../sealed-statuses.ts';
import { readSettings, type Settings } from '../settings.ts';
import { noFile } from '../target.ts';

export interface VerifyRequest extends Settings {
  readonly paths: readonly string[];
  readonly inputType: FormatName | null;
  readonly access: KeyAccess;
  readonly options: ManyOptions;
}

export const command: Command<VerifyRequest> = {
  name: 'verify',
  group: 'repository',
  summary: 'decrypt files and check their MACs, printing nothing of them',
  usage: 'PATH…',
  about: [
    'Fails for files that do not open, whose MAC does not fit, or that hold values which should be encrypted and are readable. Files that are not encrypted are passed over, unless they are named.',
  ],
  examples: [
    { line: 'sopskit verify secret.yaml', says: 'one file' },
    { line: 'sopskit verify --json .', says: 'every encrypted file below this folder, for a program' },
  ],
  flags: [
    flags.inputType,
    flags.decryptionOrder,
    ...manyFlags.filter(({ name }) => name !== 'dry-run'),
    ...flags.keyserviceFlags,
    flags.config,
    flags.verbose,
  ],
  beyond: true,
  statuses: sealedStatuses,
  parse(input) {
    if (input.args.length === 0) throw noFile();
    const { values } = input;
    return {
      paths: input.args,
      ...readSettings(values),
      inputType: readType(input, 'input-type'),
      access: readKeyAccess(values),
      options: readManyOptions(values),
    };
  },
  async run({ paths, config, inputType, access, options }, context) {
    const { runOnMany } = await import('../many.ts');
    const request = {
      command: 'verify',
      config,
      inputType,
      access,
      dryRun: false,
      ignoreMac: false,
    } as const;
    return runOnMany(context, { request, paths, options, statuses: sealedStatuses });
  },
};
