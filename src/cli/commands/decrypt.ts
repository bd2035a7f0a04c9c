import { SopskitError } from '../../errors/sopskit-error.ts';
import type { FormatName } from '../../formats/format.ts';
import type { Path } from '../../tree/path.ts';
import type { Command, CommandContext, Input } from '../command.ts';
import * as flags from '../flags.ts';
import { readType } from '../format-type.ts';
import { type KeyAccess, readKeyAccess } from '../key-access.ts';
import { checkManyFlags, manyFlags } from '../many-flags.ts';
import { firstOnly, isForMany, type ManyPaths, readManyPaths } from '../many-paths.ts';
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
  /** `null` or absent: one file, as in the old form. */
  readonly many?: ManyPaths | null;
}

export const command: Command<DecryptRequest> = {
  name: 'decrypt',
  group: 'files',
  summary: 'print a file decrypted, or decrypt many in place',
  usage: '[FILE] | -i PATH…',
  about: [
    'Without FILE, standard input is decrypted: as binary, unless --input-type or --filename-override says otherwise.',
    'Folders, globs and several files need -i; files that are not encrypted are passed over.',
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
    ...manyFlags,
    ...flags.keyserviceFlags,
    ...flags.settingFlags,
  ],
  statuses: sealedStatuses,
  parse: (input) => ({ ...readDecrypt(firstOnly(input)), many: readManyPaths(input) }),
  async run(request, context) {
    if (request.many != null && isForMany(context, request.many))
      return decryptMany(request, request.many, context);
    const source = readSource(context.system, request, 'usage.no-file');
    const operations = await context.operations();
    writeResult(context, request, source, await operations.decrypt(request, source));
    return 0;
  },
};

/** Reads what is to be done with one file. */
export function readDecrypt(input: Input): DecryptRequest {
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
    many: null,
  };
}

async function decryptMany(
  request: DecryptRequest,
  many: ManyPaths,
  context: CommandContext,
): Promise<number> {
  checkManyFlags('decrypt', request, many);
  if (request.extract.length > 0)
    throw new SopskitError('usage.conflict', '--extract is for one file; here are several, or a folder');
  const { config, inputType, access, ignoreMac } = request;
  const { dryRun } = many.options;
  const { runOnMany } = await import('../many.ts');
  return runOnMany(context, {
    request: { command: 'decrypt', config, inputType, access, dryRun, ignoreMac },
    ...many,
    statuses: sealedStatuses,
  });
}
