import { basename, dirname, join, relative, resolve } from 'node:path';
import type { CreationRule } from '../config/config.ts';
import type { RulePolicy } from '../config/encryption-rule.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { FormatName } from '../formats/format.ts';
import { isKustomizationName } from '../manifests/kustomization.ts';
import type { PlacedConfiguration } from '../repository/nearest-configuration.ts';
import type { Files } from '../system/files.ts';
import type { CommandContext } from './command.ts';
import type { KeyAccess } from './key-access.ts';
import type { Settings } from './settings.ts';
import { absolute } from './streams.ts';

/** How files with secrets are called. The first that a rule takes is the one. */
const fileEndings = [
  '.yaml',
  '.sops.yaml',
  '.enc.yaml',
  '.secret.yaml',
  '.yml',
  '.sops.yml',
  '.enc.yml',
  '.secret.yml',
];

/** How a new, encrypted manifest is to be written. */
export interface NewFileRequest extends Settings {
  /** `--output`, as typed; `-` is standard output, `null` a name made from the Secret's. */
  readonly output: string | null;
  /** Whether a file that is there may be replaced. */
  readonly force: boolean;
  /** Whether the encrypted manifest is printed, and nothing written. */
  readonly dryRun: boolean;
  readonly access: KeyAccess;
}

/** A place for a new manifest, found before anything secret was asked for. */
export interface NewFile {
  /** As the user would type it; `null` is standard output. */
  readonly shown: string | null;
  /** Absolute path that decides the format and the rule. */
  readonly name: string;
  /** The configuration that is nearest to the file, absolute. */
  readonly config: string;
  readonly format: 'yaml' | 'json';
  /** Whether the rule says itself what to encrypt. */
  readonly hasSelector: boolean;
  /** What the file held then; `null`: there was none. */
  readonly before: Uint8Array | null;
}

/**
 * Finds the file for a Secret, and the rule for it in the `.sops.yaml` nearest to that file. `stem` is the file's name
 * without its ending. Throws `config.*` where no rule takes it, `usage.conflict` where the file is there already or is
 * one of those that hold no Secret, `file.unwritable` where it could not be written.
 */
export async function planNewFile(
  request: NewFileRequest,
  stem: string,
  folder: string,
  context: CommandContext,
): Promise<NewFile> {
  const { system } = context;
  const { nearestConfiguration } = await import('../repository/nearest-configuration.ts');
  const given = request.output === '-' ? null : request.output;
  const sample = given ?? join(folder, `${stem}.yaml`);
  const configuration = await nearestConfiguration(system, request.config, absolute(system, sample));
  if (configuration === null) throw noConfiguration(sample);
  const shown = given ?? (await defaultName(configuration, context, folder, stem));
  const name = absolute(system, shown);
  const format = await formatOf(shown);
  const policy = await policyFor(configuration, context, stem, shown, given !== null);
  const toStdout = request.output === '-';
  if (!toStdout) checkFree(request, shown, name, folder !== '', context);
  return {
    shown: toStdout ? null : shown,
    name,
    config: configuration.file,
    format,
    hasSelector: policy.selector !== null,
    before: toStdout ? null : system.files.read(name),
  };
}

async function policyFor(
  { config, matcher, file }: PlacedConfiguration,
  { system }: CommandContext,
  stem: string,
  shown: string,
  isGiven: boolean,
): Promise<RulePolicy> {
  const { requireRule } = await import('../config/match.ts');
  const { policyOf } = await import('../config/encryption-rule.ts');
  const outcome = await matcher.match(absolute(system, shown));
  try {
    return policyOf(requireRule(config, outcome));
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code !== 'config.no-match') throw error;
    const fitting = await otherName(system, { matcher, file }, outcome.passedOver, stem, shown);
    const place = fitting === null ? '' : `Write it where a rule takes it: --output ${fitting}. Or `;
    const start = fitting === null ? (isGiven ? 'Give another name, or add' : 'Add') : 'add';
    throw new SopskitError(error.code, error.message, {
      ...(error.place === undefined ? {} : { place: error.place }),
      hint: `${place}${start} a rule for the file; \`sopskit init FOLDER --add-rule\` does that for a folder.`,
      cause: error,
    });
  }
}

/** A name that a rule takes, as the user would type it; `null`: none is known. */
async function otherName(
  { files }: CommandContext['system'],
  { matcher, file }: Pick<PlacedConfiguration, 'matcher' | 'file'>,
  rules: readonly CreationRule[],
  stem: string,
  shown: string,
): Promise<string | null> {
  const { fittingFile } = await import('../repository/fitting-file.ts');
  const places = {
    folder: dirname(resolve(files.cwd, shown)),
    configFolder: dirname(file),
    names: [basename(shown), ...fileEndings.map((ending) => stem + ending)],
  };
  const fitting = await fittingFile(matcher, places, rules, () => true);
  return fitting === null ? null : relative(files.cwd, fitting);
}

/** The name of the Secret with the ending that a rule wants; `NAME.yaml` where none does, for the error to name. */
async function defaultName(
  { matcher }: PlacedConfiguration,
  { system }: CommandContext,
  folder: string,
  stem: string,
): Promise<string> {
  for (const ending of fileEndings) {
    const shown = join(folder, stem + ending);
    if ((await matcher.match(absolute(system, shown))).rule !== null) return shown;
  }
  return join(folder, `${stem}.yaml`);
}

async function formatOf(shown: string): Promise<'yaml' | 'json'> {
  const { formatNameForPath } = await import('../formats/registry.ts');
  const why =
    basename(shown) === '.sops.yaml'
      ? 'this is the configuration, which says whom files are encrypted for'
      : isKustomizationName(basename(shown))
        ? 'this is the name of a kustomization: kustomize would not take a Secret for one'
        : null;
  if (why !== null) {
    throw new SopskitError('usage.conflict', why, {
      place: { file: shown },
      hint: 'Give the Secret a file of its own: --output FILE.',
    });
  }
  const format: FormatName = formatNameForPath(shown);
  if (format === 'yaml' || format === 'json') return format;
  throw new SopskitError(
    'usage.invalid',
    'a manifest is YAML or JSON: its file ends in .yaml, .yml or .json',
    {
      place: { file: shown },
      hint: `Give it such a name: --output ${basename(shown)}.yaml`,
    },
  );
}

/** What a link leads to may lie outside of the repository, and git keeps the link alone: nothing is written through it. */
function checkFree(
  request: NewFileRequest,
  shown: string,
  name: string,
  makesFolder: boolean,
  { system }: CommandContext,
): void {
  const kind = system.files.kindOf(name);
  if (kind === 'symlink') {
    throw new SopskitError('usage.conflict', 'it is a symbolic link, which is not written through', {
      place: { file: shown },
      hint: 'Name the file that it leads to (--output), or remove the link.',
    });
  }
  if (kind !== null && kind !== 'file') {
    const isFolder = kind === 'directory';
    throw new SopskitError('usage.conflict', isFolder ? 'it is a folder' : 'it is no regular file', {
      place: { file: shown },
      hint: isFolder
        ? `Name a file in it: --output ${join(shown, 'NAME.yaml')}`
        : 'Give another name: --output FILE.',
    });
  }
  if (kind !== null && !request.force) {
    throw new SopskitError('usage.conflict', 'the file is there already', {
      place: { file: shown },
      hint: 'To change one value: sopskit secret set. Another file: --output FILE. To replace it: --force.',
    });
  }
  checkWritable(shown, name, makesFolder, system.files);
}

/** A folder that is to be made is writable if the first one above it that is there is. */
function checkWritable(shown: string, name: string, makesFolder: boolean, files: Files): void {
  let [folder, shownFolder] = [dirname(name), dirname(shown)];
  let kind = files.status(folder)?.kind ?? null;
  while (makesFolder && kind === null && dirname(folder) !== folder) {
    [folder, shownFolder] = [dirname(folder), dirname(shownFolder)];
    kind = files.status(folder)?.kind ?? null;
  }
  if (kind === 'directory') {
    files.checkReplaceable(folder === dirname(name) ? name : join(folder, basename(name)));
    return;
  }
  throw new SopskitError('file.unwritable', kind === null ? 'there is no such folder' : 'it is no folder', {
    place: { file: shownFolder },
    hint: kind === null ? `Make it first: mkdir -p ${shownFolder}` : 'Give another place.',
  });
}

function noConfiguration(file: string): SopskitError {
  return new SopskitError(
    'config.missing',
    `there is no .sops.yaml for ${file}, in its folder or above: nobody could open the file`,
    {
      hint: '`sopskit init` makes one, with a key if you have none.',
    },
  );
}
