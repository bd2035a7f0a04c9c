import type { FormatName } from '../../formats/format.ts';
import type { Command, Statuses } from '../command.ts';
import * as flags from '../flags.ts';
import { readType } from '../format-type.ts';
import { type KeyAccess, readKeyAccess } from '../key-access.ts';
import { asksForMany, isSeveral, type ManyOptions, manyFlags, readManyOptions } from '../many-flags.ts';
import { readSettings, type Settings } from '../settings.ts';
import { noFile } from '../target.ts';

export interface UpdateKeysRequest extends Settings {
  readonly files: readonly string[];
  /** Whether changes are made without asking. */
  readonly yes: boolean;
  readonly inputType: FormatName | null;
  readonly access: KeyAccess;
  readonly many: ManyOptions;
}

const statuses: Statuses = {
  otherwise: 1,
  of: {
    'usage.no-file': 100,
    'usage.decryption-order': 112,
    'key.unavailable': 128,
    'document.not-emittable': 4,
  },
};

export const command: Command<UpdateKeysRequest> = {
  name: 'updatekeys',
  group: 'keys',
  summary: 'give files the recipients that .sops.yaml says',
  usage: 'PATH…',
  about: [
    'Only the recipients change: the data key stays, so that who could read a file before still can read what was written then. `sopskit rotate` makes a new one, `sopskit rekey` does both.',
    'In folders and globs, each file goes by the nearest .sops.yaml above it, and there is one question for all.',
  ],
  examples: [
    { line: 'sopskit updatekeys -y secrets/*.yaml', says: 'without asking' },
    { line: 'sopskit updatekeys --dry-run .', says: 'what would change; needs no identity' },
  ],
  flags: [
    flags.yes,
    flags.inputType,
    flags.beyond(flags.decryptionOrder),
    ...manyFlags,
    ...flags.keyserviceFlags,
    ...flags.settingFlags,
  ],
  statuses,
  parse(input) {
    if (input.args.length === 0) throw noFile();
    return {
      files: input.args,
      ...readSettings(input.values),
      yes: input.values.bool('yes'),
      inputType: readType(input, 'input-type'),
      access: readKeyAccess(input.values),
      many: readManyOptions(input.values),
    };
  },
  async run(request, context) {
    const { files, many } = request;
    if (asksForMany(many) || files.some((file) => isSeveral(context.system, file))) {
      const { updateKeysOfMany } = await import('../many-update-keys.ts');
      return updateKeysOfMany(request, context, statuses);
    }
    const { updateKeysOf } = await import('../update-keys.ts');
    return updateKeysOf(request, context);
  },
};
