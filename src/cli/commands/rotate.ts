import { SopskitError } from '../../errors/sopskit-error.ts';
import type { FormatName } from '../../formats/format.ts';
import type { Command } from '../command.ts';
import * as flags from '../flags.ts';
import { readType } from '../format-type.ts';
import { type KeyAccess, readKeyAccess } from '../key-access.ts';
import { type KeyChoice, type KeyOptions, readKeyChoices, readKeyOptions } from '../key-choice.ts';
import { keyChangeFlags } from '../key-flags.ts';
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
}

export const command: Command<RotateRequest> = {
  name: 'rotate',
  group: 'keys',
  summary: 'encrypt a file anew with a new data key',
  usage: 'FILE',
  about: [
    'Who has seen the old data key can still read old versions of the file, in the Git history too: change the secrets themselves as well.',
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
    ...flags.keyserviceFlags,
    ...flags.settingFlags,
  ],
  statuses: { of: { ...sealedStatuses.of, 'key.none': 1 } },
  parse(input) {
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
    };
  },
  async run(request, context) {
    const changesKeys = request.add.length + request.remove.length > 0;
    if (changesKeys && context.system.files.status(request.file) === null)
      throw keysOfMissingFile(request.file);
    const source = readSource(context.system, request, 'file.missing');
    const operations = await context.operations();
    writeResult(context, request, source, await operations.rotate(request, source));
    return 0;
  },
};

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
