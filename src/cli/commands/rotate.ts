import { SopskitError } from '../../errors/sopskit-error.ts';
import type { FormatName } from '../../formats/format.ts';
import type { Command, CommandContext, Input, Statuses } from '../command.ts';
import * as flags from '../flags.ts';
import { readType } from '../format-type.ts';
import { type KeyAccess, readKeyAccess } from '../key-access.ts';
import { type KeyChoice, type KeyOptions, readKeyChoices, readKeyOptions } from '../key-choice.ts';
import { keyChangeFlags } from '../key-flags.ts';
import { checkManyFlags, manyFlags } from '../many-flags.ts';
import { firstOnly, isForMany, type ManyPaths, readManyPaths } from '../many-paths.ts';
import { sealedStatuses } from '../sealed-statuses.ts';
import { readSettings, type Settings } from '../settings.ts';
import { readSource, writeResult } from '../streams.ts';
import { readFile, readTarget, type Target } from '../target.ts';

export interface RotateRequest extends Target, Settings, KeyOptions {
  readonly file: string;
  readonly filenameOverride: string | null;
  readonly inputType: FormatName | null;
  readonly outputType: FormatName | null;
  /** Keys to add to the first group. */
  readonly add: readonly KeyChoice[];
  /** Keys to remove from every group. */
  readonly remove: readonly KeyChoice[];
  readonly ignoreMac: boolean;
  readonly access: KeyAccess;
  /** `null` or absent: one file, as in the old form. */
  readonly many?: ManyPaths | null;
}

const statuses: Statuses = { of: { ...sealedStatuses.of, 'key.none': 1 } };

export const command: Command<RotateRequest> = {
  name: 'rotate',
  group: 'keys',
  summary: 'encrypt files anew, each with a new data key',
  usage: 'FILE | -i PATH…',
  about: [
    'Who has seen the old data key can still read old versions of the file, in the Git history too: change the secrets themselves as well.',
    'Folders, globs and several files need -i. `sopskit rekey` also gives them the recipients of .sops.yaml.',
  ],
  examples: [
    { line: 'sopskit rotate -i secret.yaml', says: 'new data key, same recipients' },
    { line: 'sopskit rotate -i --add-age age1… --rm-pgp 0123… secret.yaml', says: 'change recipients, too' },
  ],
  flags: [
    flags.inPlace,
    flags.output,
    ...keyChangeFlags,
    flags.encryptionContext,
    flags.beyond(flags.awsProfile),
    flags.inputType,
    flags.outputType,
    flags.filenameOverride,
    flags.beyond(flags.ignoreMac),
    flags.decryptionOrder,
    ...manyFlags,
    ...flags.keyserviceFlags,
    ...flags.settingFlags,
  ],
  statuses,
  parse: (input) => ({ ...readRotate(firstOnly(input)), many: readManyPaths(input) }),
  async run(request, context) {
    if (request.many != null && isForMany(context, request.many))
      return rotateMany(request, request.many, context);
    const changesKeys = request.add.length + request.remove.length > 0;
    if (changesKeys && context.system.files.status(request.file) === null)
      throw keysOfMissingFile(request.file);
    const source = readSource(context.system, request, 'file.missing');
    const operations = await context.operations();
    writeResult(context, request, source, await operations.rotate(request, source));
    return 0;
  },
};

/** Reads what is to be done with one file. */
export function readRotate(input: Input): RotateRequest {
  const file = readFile(input);
  const { values } = input;
  return {
    file,
    ...readTarget(input),
    ...readSettings(values),
    filenameOverride: values.text('filename-override'),
    inputType: readType(input, 'input-type'),
    outputType: readType(input, 'output-type'),
    access: readKeyAccess(values),
    add: readKeyChoices(values, 'add-'),
    remove: readKeyChoices(values, 'rm-'),
    ...readKeyOptions(values),
    ignoreMac: values.bool('ignore-mac'),
    many: null,
  };
}

async function rotateMany(request: RotateRequest, many: ManyPaths, context: CommandContext): Promise<number> {
  checkManyFlags('rotate', request, many);
  const { config, inputType, access, ignoreMac, add, remove } = request;
  const { dryRun } = many.options;
  const { awsProfile, encryptionContext } = request;
  const { runOnMany } = await import('../many.ts');
  return runOnMany(context, {
    request: {
      ...{ command: 'rotate', config, inputType, access, dryRun, ignoreMac, add, remove },
      options: { awsProfile, encryptionContext },
    },
    ...many,
    statuses,
  });
}

/** What `--add-*` and `--rm-*` say about a file that does not exist. */
export function keysOfMissingFile(file: string): SopskitError {
  return new SopskitError(
    'usage.keys-of-missing-file',
    'keys cannot be added to or removed from a missing file',
    {
      place: { file },
      hint: 'to make a new file, use: sopskit edit FILE',
    },
  );
}
