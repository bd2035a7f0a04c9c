import { SopskitError } from '../../errors/sopskit-error.ts';
import type { FormatName } from '../../formats/format.ts';
import type { Command, CommandContext, Input } from '../command.ts';
import { type Encryption, encryptionFlags, readEncryption } from '../encryption.ts';
import * as flags from '../flags.ts';
import { readType } from '../format-type.ts';
import { type KeyAccess, readKeyAccess } from '../key-access.ts';
import { checkManyFlags, isSeveral, manyFlags } from '../many-flags.ts';
import { firstOnly, isForMany, type ManyPaths, readManyPaths } from '../many-paths.ts';
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
  /** In folders: whether a file to which plaintext was added is sealed although its MAC does not fit the rest. */
  readonly ignoreMac?: boolean;
  /** `null` or absent: one file, as in the old form. */
  readonly many?: ManyPaths | null;
}

export const command: Command<EncryptRequest> = {
  name: 'encrypt',
  group: 'files',
  summary: 'print a file encrypted, or encrypt many in place',
  usage: '[FILE] | -i PATH…',
  about: [
    'Keys and what to encrypt come from the flags, or else from the first matching rule in .sops.yaml.',
    'Without FILE, standard input is encrypted; --filename-override then names its format and rule.',
    'Folders, globs and several files need -i. In folders it takes Secrets that a rule matches, and encrypted files to which plaintext was added; each file goes by the nearest .sops.yaml above it.',
  ],
  examples: [
    { line: 'sopskit encrypt -i secret.yaml', says: 'by the rules of .sops.yaml' },
    {
      line: `sopskit encrypt --age age1… --encrypted-regex '^(data|stringData)$' secret.yaml`,
      says: 'by flags',
    },
    { line: 'sopskit encrypt -i .', says: 'every Secret below this folder' },
  ],
  flags: [
    flags.inPlace,
    flags.output,
    ...encryptionFlags,
    flags.inputType,
    flags.outputType,
    flags.filenameOverride,
    flags.beyond({ ...flags.ignoreMac, help: 'in folders: seal added plaintext whatever else was changed' }),
    ...manyFlags,
    ...flags.keyserviceFlags,
    ...flags.settingFlags,
  ],
  parse: (input) => ({ ...readEncrypt(firstOnly(input)), many: readManyPaths(input) }),
  async run(request, context) {
    if (request.many != null && isForMany(context, request.many))
      return encryptMany(request, request.many, context);
    if (request.ignoreMac === true) throw onlyInFolders();
    const source = readSource(context.system, request, 'usage.no-file');
    const operations = await context.operations();
    writeResult(context, request, source, await operations.encrypt(request, source));
    return 0;
  },
};

/** Reads what is to be done with one file. */
export function readEncrypt(input: Input): EncryptRequest {
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
    ignoreMac: values.bool('ignore-mac'),
    many: null,
  };
}

async function encryptMany(
  request: EncryptRequest,
  many: ManyPaths,
  context: CommandContext,
): Promise<number> {
  checkManyFlags('encrypt', request, many);
  const { config, inputType, access, ignoreMac = false } = request;
  const { dryRun } = many.options;
  const { paths } = many;
  const { runOnMany } = await import('../many.ts');
  return runOnMany(context, {
    request: {
      ...{ command: 'encrypt', config, inputType, access, dryRun, ignoreMac, encryption: request },
      oneFile: paths.length === 1 && !paths.some((path) => isSeveral(context.system, path)),
    },
    ...many,
    statuses: {},
  });
}

function onlyInFolders(): SopskitError {
  return new SopskitError(
    'usage.conflict',
    '--ignore-mac is for folders: one file is encrypted anew or not at all',
  );
}
