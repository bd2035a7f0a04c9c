import { join } from 'node:path';
import type { RulePolicy } from '../config/encryption-rule.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { FormatName } from '../formats/format.ts';
import type { Configuration } from '../repository/configuration.ts';
import type { Mapping } from '../tree/value.ts';
import type { CommandContext } from './command.ts';
import type { EncryptRequest } from './commands/encrypt.ts';
import type { KeyAccess } from './key-access.ts';
import type { Settings } from './settings.ts';
import { absolute, isUnchanged, writeBack } from './streams.ts';

/** How a new, encrypted manifest is to be written. */
export interface NewFileRequest extends Settings {
  /** `--output`, as typed; `-` is standard output, `null` a name made from the Secret's. */
  readonly output: string | null;
  /** Whether a file that is there may be replaced. */
  readonly force: boolean;
  readonly access: KeyAccess;
}

/** A place for a new manifest, found before anything secret was asked for. */
export interface NewFile {
  /** As the user would type it; `null` is standard output. */
  readonly shown: string | null;
  /** Absolute path that decides the format and the rule. */
  readonly name: string;
  readonly format: 'yaml' | 'json';
  /** Whether the rule says itself what to encrypt. */
  readonly hasSelector: boolean;
  /** What the file held then; `null`: there was none. */
  readonly before: Uint8Array | null;
}

/** How files with secrets are called. The first that a rule takes is the one. */
const endings = [
  '.yaml',
  '.sops.yaml',
  '.enc.yaml',
  '.secret.yaml',
  '.yml',
  '.sops.yml',
  '.enc.yml',
  '.secret.yml',
];

/**
 * Finds the file for a Secret, and the rule for it. Throws `config.*` where no rule takes it, `usage.conflict` where the
 * file is there already, `file.unwritable` where it could not be written.
 */
export async function planNewFile(
  request: NewFileRequest,
  secretName: string,
  folder: string,
  context: CommandContext,
): Promise<NewFile> {
  const { system } = context;
  const { loadConfiguration } = await import('../repository/configuration.ts');
  const configuration = await loadConfiguration(system, request.config);
  if (configuration === null) throw noConfiguration();
  const toStdout = request.output === '-';
  const given = toStdout ? null : request.output;
  const shown = given ?? (await defaultName(configuration, context, folder, secretName));
  const name = absolute(system, shown);
  const policy = await policyFor(configuration, name);
  const format = await formatOf(shown);
  if (!toStdout) checkFree(request, shown, name, context);
  return {
    shown: toStdout ? null : shown,
    name,
    format,
    hasSelector: policy.selector !== null,
    before: toStdout ? null : context.system.files.read(name),
  };
}

/** Encrypts a manifest and writes it; the plaintext never leaves this process. Throws as `encrypt` does. */
export async function writeNewFile(
  request: NewFileRequest,
  file: NewFile,
  tree: Mapping,
  context: CommandContext,
): Promise<void> {
  const { formatNamed } = await import('../formats/registry.ts');
  const format = await formatNamed(file.format);
  const bytes = format.emit([tree], { indent: 2 });
  const operations = await context.operations();
  const sealed = await operations.encrypt(encryptRequest(request, file), {
    bytes,
    path: null,
    name: file.name,
  });
  bytes.fill(0);
  await checkReadable(file, sealed);
  if (file.shown === null) context.terminal.write(sealed);
  else {
    if (!isUnchanged(context.system, file.name, file.before)) throw changedMeanwhile(file.shown);
    writeBack(context, file.shown, sealed);
  }
}

async function policyFor({ config, matcher }: Configuration, name: string): Promise<RulePolicy> {
  const { requireRule } = await import('../config/match.ts');
  const { policyOf } = await import('../config/encryption-rule.ts');
  return policyOf(requireRule(config, await matcher.match(name)));
}

/** The name of the Secret with the ending that a rule wants; `NAME.yaml` where none does, for the error to name. */
async function defaultName(
  { matcher }: Configuration,
  { system }: CommandContext,
  folder: string,
  secretName: string,
): Promise<string> {
  for (const ending of endings) {
    const shown = join(folder, secretName + ending);
    if ((await matcher.match(absolute(system, shown))).rule !== null) return shown;
  }
  return join(folder, `${secretName}.yaml`);
}

async function formatOf(shown: string): Promise<'yaml' | 'json'> {
  const { formatNameForPath } = await import('../formats/registry.ts');
  const format: FormatName = formatNameForPath(shown);
  if (format === 'yaml' || format === 'json') return format;
  throw new SopskitError(
    'usage.invalid',
    'a manifest is YAML or JSON: its file ends in .yaml, .yml or .json',
    {
      place: { file: shown },
    },
  );
}

function checkFree(request: NewFileRequest, shown: string, name: string, { system }: CommandContext): void {
  const status = system.files.status(name);
  if (status !== null && status.kind !== 'file') {
    throw new SopskitError('usage.conflict', 'it is no regular file', { place: { file: shown } });
  }
  if (status !== null && !request.force) {
    throw new SopskitError('usage.conflict', 'the file is there already', {
      place: { file: shown },
      hint: 'To change one value: sopskit secret set. Another file: --output FILE. To replace it: --force.',
    });
  }
  system.files.checkReplaceable(name);
}

/** Where the rule leaves open what to encrypt, everything would be, the kind too: Kubernetes could not read it. */
function encryptRequest(request: NewFileRequest, file: NewFile): EncryptRequest {
  return {
    config: request.config,
    indent: request.indent,
    verbose: request.verbose,
    access: request.access,
    file: null,
    filenameOverride: file.name,
    inPlace: false,
    output: null,
    inputType: file.format,
    outputType: null,
    keys: [],
    awsProfile: null,
    encryptionContext: null,
    selectors: {
      unencryptedSuffix: null,
      encryptedSuffix: null,
      unencryptedRegex: null,
      encryptedRegex: file.hasSelector ? null : secretValues,
      unencryptedCommentRegex: null,
      encryptedCommentRegex: null,
    },
    macOnlyEncrypted: false,
    allowPlaintext: false,
    threshold: null,
  };
}

const secretValues = '^(data|stringData)$';

/** A rule may encrypt too much: Flux and kubectl must be able to tell what the object is, and whose. */
async function checkReadable(file: NewFile, sealed: Uint8Array): Promise<void> {
  const { formatNamed } = await import('../formats/registry.ts');
  const { secretObjects } = await import('../manifests/secret-manifest-read.ts');
  const { sealedLength } = await import('../sops/sealed-length.ts');
  const { data } = (await formatNamed(file.format)).parseSealed(sealed);
  const [secret] = secretObjects(data);
  if (secret !== undefined && secret.name !== null && sealedLength(secret.name) === null) return;
  throw new SopskitError(
    'config.selector',
    'the rule for this file encrypts the kind or the name of the Secret too, so that nothing could apply it',
    {
      place: { file: file.shown ?? file.name },
      hint: `Put encrypted_regex: ${secretValues} into the rule. \`sopskit config explain FILE\` shows which rule it is.`,
    },
  );
}

function changedMeanwhile(file: string): SopskitError {
  return new SopskitError('file.changed', 'somebody else wrote the file meanwhile; nothing was written', {
    place: { file },
    hint: 'Run the command again.',
  });
}

function noConfiguration(): SopskitError {
  return new SopskitError(
    'config.missing',
    'there is no .sops.yaml here or above: nobody could open the file',
    {
      hint: '`sopskit init` makes one, with a key if you have none.',
    },
  );
}
