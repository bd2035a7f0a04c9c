import type { FormatName } from '../../formats/format.ts';
import type { Path } from '../../tree/path.ts';
import type { Command } from '../command.ts';
import * as flags from '../flags.ts';
import { readType } from '../format-type.ts';
import { type KeyAccess, readKeyAccess } from '../key-access.ts';
import { sealedStatuses } from '../sealed-statuses.ts';
import { readSettings, type Settings } from '../settings.ts';
import { readSource, writeResult } from '../streams.ts';
import { readFileOrStdin, readTarget, type Target } from '../target.ts';
import { readTreePath } from '../tree-path.ts';

export interface DecryptRequest extends Target, Settings {
  /** As typed; `null` is standard input. */
  readonly file: string | null;
  readonly filenameOverride: string | null;
  readonly inputType: FormatName | null;
  readonly outputType: FormatName | null;
  /** Empty: the whole file. */
  readonly extract: Path;
  readonly ignoreMac: boolean;
  readonly access: KeyAccess;
}

export const command: Command<DecryptRequest> = {
  name: 'decrypt',
  group: 'files',
  summary: 'print a file decrypted',
  usage: '[FILE]',
  about: [
    'Without FILE, standard input is decrypted: as binary, unless --input-type or --filename-override says otherwise.',
  ],
  examples: [
    { line: 'sopskit decrypt secret.yaml', says: 'print it' },
    { line: `sopskit decrypt --extract '["data"]["password"]' secret.yaml`, says: 'print one value' },
    { line: 'sopskit decrypt --output-type dotenv secret.yaml --output .env', says: 'convert it' },
  ],
  flags: [
    flags.inPlace,
    flags.output,
    flags.extract,
    flags.inputType,
    flags.outputType,
    flags.filenameOverride,
    flags.ignoreMac,
    flags.decryptionOrder,
    ...flags.keyserviceFlags,
    ...flags.settingFlags,
  ],
  statuses: sealedStatuses,
  parse(input) {
    const target = readTarget(input);
    const { values } = input;
    const extract = values.text('extract');
    return {
      file: readFileOrStdin(input, target),
      ...target,
      ...readSettings(values),
      filenameOverride: values.text('filename-override'),
      inputType: readType(input, 'input-type'),
      outputType: readType(input, 'output-type'),
      access: readKeyAccess(values),
      extract: extract === null ? [] : readTreePath(extract, 'usage.tree-path'),
      ignoreMac: values.bool('ignore-mac'),
    };
  },
  async run(request, context) {
    const source = readSource(context.system, request, 'usage.no-file');
    const operations = await context.operations();
    writeResult(context, request, source, await operations.decrypt(request, source));
    return 0;
  },
};
