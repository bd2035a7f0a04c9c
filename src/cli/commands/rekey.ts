import type { FormatName } from '../../formats/format.ts';
import type { Command, Statuses } from '../command.ts';
import * as flags from '../flags.ts';
import { readType } from '../format-type.ts';
import { type KeyAccess, readKeyAccess } from '../key-access.ts';
import { type ManyOptions, manyFlags, readManyOptions } from '../many-flags.ts';
import { sealedStatuses } from '../sealed-statuses.ts';
import { readSettings, type Settings } from '../settings.ts';
import { noFile } from '../target.ts';

export interface RekeyRequest extends Settings {
  readonly paths: readonly string[];
  /** Whether only files are taken whose recipients differ from their rule. */
  readonly onlyStale: boolean;
  readonly inputType: FormatName | null;
  readonly ignoreMac: boolean;
  readonly access: KeyAccess;
  readonly options: ManyOptions;
}

const statuses: Statuses = { of: { ...sealedStatuses.of, 'key.none': 1 } };

export const command: Command<RekeyRequest> = {
  name: 'rekey',
  group: 'repository',
  summary: 'sync recipients with .sops.yaml and make new data keys',
  usage: 'PATH…',
  about: [
    'What `updatekeys` and `rotate` do together: who is taken out of .sops.yaml can open nothing that is written from now on. Old versions in the Git history they can still read: change the secrets themselves as well.',
    'Each file goes by the nearest .sops.yaml above it. What is encrypted in it (its selector) stays.',
  ],
  examples: [
    { line: 'sopskit rekey .', says: 'every encrypted file below this folder' },
    {
      line: 'sopskit rekey --only-stale .',
      says: 'those whose recipients changed; also finishes an interrupted run',
    },
    { line: 'sopskit rekey --dry-run .', says: 'what would change' },
  ],
  flags: [
    {
      name: 'only-stale',
      kind: 'bool',
      help: 'leave files alone whose recipients are those of their rule',
    },
    flags.inputType,
    flags.ignoreMac,
    flags.decryptionOrder,
    ...manyFlags,
    ...flags.keyserviceFlags,
    flags.config,
    flags.verbose,
  ],
  beyond: true,
  statuses,
  parse(input) {
    if (input.args.length === 0) throw noFile();
    const { values } = input;
    return {
      paths: input.args,
      ...readSettings(values),
      onlyStale: values.bool('only-stale'),
      inputType: readType(input, 'input-type'),
      ignoreMac: values.bool('ignore-mac'),
      access: readKeyAccess(values),
      options: readManyOptions(values),
    };
  },
  async run({ paths, options, config, inputType, access, ignoreMac, onlyStale }, context) {
    const { runOnMany } = await import('../many.ts');
    const { dryRun } = options;
    const request = { command: 'rekey', config, inputType, access, dryRun, ignoreMac, onlyStale } as const;
    return runOnMany(context, { request, paths, options, statuses });
  },
};
