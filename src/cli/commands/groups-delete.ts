import { SopskitError } from '../../errors/sopskit-error.ts';
import type { FormatName } from '../../formats/format.ts';
import type { Command } from '../command.ts';
import { readThreshold } from '../encryption.ts';
import * as flags from '../flags.ts';
import { readType } from '../format-type.ts';
import { type KeyAccess, readKeyAccess } from '../key-access.ts';
import { sealedStatuses } from '../sealed-statuses.ts';
import { readSettings, type Settings } from '../settings.ts';
import { readSource, writeResult } from '../streams.ts';
import { readFileFlag, typeFlags } from './groups-add.ts';

export interface GroupsDeleteRequest extends Settings {
  readonly file: string;
  readonly inPlace: boolean;
  /** Counts from 0, in the order of the file's metadata. */
  readonly index: number;
  /** `null` keeps the file's. */
  readonly threshold: number | null;
  readonly inputType: FormatName | null;
  readonly outputType: FormatName | null;
  readonly access: KeyAccess;
}

export const command: Command<GroupsDeleteRequest> = {
  name: 'groups delete',
  group: 'keys',
  summary: 'remove a key group from a file',
  usage: '--file FILE INDEX',
  about: ['INDEX counts from 0, in the order of the file.'],
  examples: [{ line: 'sopskit groups delete -i --file secret.yaml 1', says: 'remove the second group' }],
  flags: [
    {
      name: 'file',
      aliases: ['f'],
      kind: 'text',
      value: 'FILE',
      completes: 'file',
      help: 'the file to change',
    },
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
    const [text] = args;
    if (text === undefined || args.length !== 1) {
      throw new SopskitError('usage.invalid', 'groups delete takes one argument: the index of the group');
    }
    if (!/^\d+$/u.test(text) || Number(text) > 0xffff_ffff) {
      throw new SopskitError('usage.invalid', 'the index of the group is not a number', {
        hint: 'indexes count from 0',
      });
    }
    return {
      file: readFileFlag(values.text('file')),
      ...readSettings(values),
      inPlace: values.bool('in-place'),
      index: Number(text),
      threshold: readThreshold(values),
      inputType: readType(input, 'input-type'),
      outputType: readType(input, 'output-type'),
      access: readKeyAccess(values),
    };
  },
  async run(request, context) {
    const target = { file: request.file, inPlace: request.inPlace, output: null, filenameOverride: null };
    const source = readSource(context.system, target, 'file.missing');
    writeResult(context, target, source, await (await context.operations()).groupsDelete(request, source));
    return 0;
  },
};
