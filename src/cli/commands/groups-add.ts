import { SopskitError } from '../../errors/sopskit-error.ts';
import type { FormatName } from '../../formats/format.ts';
import type { Command, Flag } from '../command.ts';
import { readThreshold } from '../encryption.ts';
import * as flags from '../flags.ts';
import { readType } from '../format-type.ts';
import { type KeyAccess, readKeyAccess } from '../key-access.ts';
import { type KeyChoice, type KeyOptions, readGroupKeys, readKeyOptions } from '../key-choice.ts';
import { groupKeyFlags } from '../key-flags.ts';
import { sealedStatuses } from '../sealed-statuses.ts';
import { readSettings, type Settings } from '../settings.ts';
import { readSource, writeResult } from '../streams.ts';

export interface GroupsAddRequest extends Settings, KeyOptions {
  readonly file: string;
  readonly inPlace: boolean;
  readonly keys: readonly KeyChoice[];
  /** `null` keeps the file's. */
  readonly threshold: number | null;
  readonly inputType: FormatName | null;
  readonly outputType: FormatName | null;
  readonly access: KeyAccess;
}

export const command: Command<GroupsAddRequest> = {
  name: 'groups add',
  group: 'keys',
  summary: 'add a key group to a file',
  usage: '--file FILE',
  about: [
    'With several groups the data key is split: it takes keys of as many groups as the threshold says.',
  ],
  examples: [
    {
      line: 'sopskit groups add -i --file secret.yaml --age age1… --shamir-secret-sharing-threshold 2',
      says: 'from now on two groups are needed',
    },
  ],
  flags: [
    {
      name: 'file',
      aliases: ['f'],
      kind: 'text',
      value: 'FILE',
      completes: 'file',
      help: 'the file to change',
    },
    ...groupKeyFlags,
    flags.awsProfile,
    flags.encryptionContext,
    flags.inPlace,
    flags.threshold,
    ...typeFlags(),
    ...flags.keyserviceFlags,
    ...flags.settingFlags,
  ],
  completes: 'none',
  statuses: { of: { ...sealedStatuses.of, 'key.unavailable': 1, 'document.not-emittable': 1 } },
  parse(input) {
    const { values, args } = input;
    if (args.length > 0) {
      throw new SopskitError('usage.invalid', 'groups add takes no arguments but flags', {
        hint: 'name the file with --file FILE',
      });
    }
    return {
      file: readFileFlag(values.text('file')),
      ...readSettings(values),
      inPlace: values.bool('in-place'),
      keys: readGroupKeys(values),
      ...readKeyOptions(values),
      threshold: readThreshold(values),
      inputType: readType(input, 'input-type'),
      outputType: readType(input, 'output-type'),
      access: readKeyAccess(values),
    };
  },
  async run(request, context) {
    const target = { file: request.file, inPlace: request.inPlace, output: null, filenameOverride: null };
    const source = readSource(context.system, target, 'file.missing');
    writeResult(context, target, source, await (await context.operations()).groupsAdd(request, source));
    return 0;
  },
};

/** sops' `groups` has no type flags, though its code asks for them. */
export function typeFlags(): readonly Flag[] {
  return [flags.inputType, flags.outputType].map(flags.beyond);
}

/** Throws `file.missing`, as sops ends with that status without `--file`. */
export function readFileFlag(file: string | null): string {
  if (file === null)
    throw new SopskitError('file.missing', 'no file given', { hint: 'name the file with --file FILE' });
  return file;
}
