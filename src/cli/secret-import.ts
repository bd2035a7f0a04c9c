import { SopskitError } from '../errors/sopskit-error.ts';
import { importedSecret, whyForeign } from '../manifests/secret-manifest-import.ts';
import {
  bytesOf,
  type SecretObject,
  secretEntries,
  secretObjects,
  titleOf,
} from '../manifests/secret-manifest-read.ts';
import { checkName } from '../manifests/secret-manifest-rules.ts';
import { printablePath } from '../system/path-text.ts';
import type { Mapping } from '../tree/value.ts';
import type { CommandContext } from './command.ts';
import type { SecretImportRequest } from './commands/secret-import.ts';
import { type NewFile, planNewFile, writeNewFile } from './secret-new-file.ts';
import { describeOthers, refuseSealed } from './secret-strangers.ts';
import { readPipe } from './secret-values.ts';
import { absolute, readPath } from './streams.ts';

/** One Secret to be written, with the file it goes to. */
interface Import {
  readonly secret: SecretObject;
  readonly file: NewFile;
}

/**
 * Writes an encrypted file for each Secret of the input, without what the server added to it. All files are found, and
 * everything is checked, before the first is written.
 */
export async function importSecrets(request: SecretImportRequest, context: CommandContext): Promise<number> {
  const secrets = await readSecrets(request, context);
  if (request.output !== null && secrets.length > 1) {
    throw new SopskitError(
      'usage.conflict',
      `--output takes one Secret, and the input has ${secrets.length}`,
      {
        hint: 'Leave it out: each Secret gets a file of its own. --folder says where.',
      },
    );
  }
  if (request.folder !== null)
    context.system.files.makeFolder(absolute(context.system, request.folder), 0o755);
  for (const planned of await planAll(request, secrets, context)) await write(request, planned, context);
  const plain = request.files.filter((file) => file !== '-');
  if (plain.length > 0) {
    context.system.warn(
      `${plain.map(printablePath).join(', ')} still ${plain.length === 1 ? 'holds' : 'hold'} the values in clear: remove what you do not need`,
    );
  }
  return 0;
}

async function readSecrets(request: SecretImportRequest, context: CommandContext): Promise<SecretObject[]> {
  const found: SecretObject[] = [];
  for (const file of request.files) {
    const bytes = file === '-' ? readPipe(context) : readPath(context.system, file, 'file.missing');
    const shown = file === '-' ? 'standard input' : file;
    found.push(...(await secretsIn(bytes, shown, request, context)));
    bytes.fill(0);
  }
  if (found.length > 0) return found;
  throw new SopskitError('manifest.invalid', 'there is no Secret to import', {
    hint: 'Get one with: kubectl get secret NAME --namespace NS -o yaml | sopskit secret import -',
  });
}

async function secretsIn(
  bytes: Uint8Array,
  file: string,
  request: SecretImportRequest,
  { system }: CommandContext,
): Promise<SecretObject[]> {
  const branches = await parse(bytes, file);
  refuseSealed(branches, file);
  const secrets = secretObjects(branches);
  const others = describeOthers(branches, secrets);
  if (others !== null) system.warn(`${printablePath(file)}: left out ${others}: only Secrets are imported`);
  return secrets.filter((secret) => {
    const why = whyNot(secret, request);
    if (why !== null) system.warn(`${titleOf(secret)} is left out: ${why}`);
    return why === null;
  });
}

function whyNot(secret: SecretObject, { anyType }: SecretImportRequest): string | null {
  const foreign = anyType ? null : whyForeign(secret.type);
  if (foreign !== null) return `${foreign} (type ${secret.type}; --any-type imports it)`;
  const isEmpty = secretEntries(secret).every((entry) => bytesOf(entry)?.length === 0);
  return isEmpty ? 'it has no values, so there is nothing to encrypt' : null;
}

/** kubectl prints YAML or JSON; JSON is told by its first character, whatever the name of the file. */
async function parse(bytes: Uint8Array, file: string): Promise<readonly Mapping[]> {
  const { formatNamed } = await import('../formats/registry.ts');
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 256)).toString('latin1');
  if (start.trim() === '') {
    throw new SopskitError('manifest.invalid', 'the input is empty', {
      place: { file },
      hint: 'Look at what kubectl said: it prints its errors beside its output.',
    });
  }
  try {
    return (await formatNamed(/^\s*\{/.test(start) ? 'json' : 'yaml')).parse(bytes).branches;
  } catch (error) {
    throw error instanceof SopskitError ? error.at({ file }) : error;
  }
}

async function planAll(
  request: SecretImportRequest,
  secrets: readonly SecretObject[],
  context: CommandContext,
): Promise<Import[]> {
  const taken = new Map<string, SecretObject>();
  const imports: Import[] = [];
  for (const secret of secrets) {
    const name = nameOf(secret);
    const file = await planNewFile(request, name, request.folder ?? '', context);
    const twin = taken.get(file.name);
    if (twin !== undefined) throw twice(twin, secret, file);
    taken.set(file.name, secret);
    imports.push({ secret, file });
  }
  return imports;
}

function nameOf(secret: SecretObject): string {
  if (secret.name === null) throw new SopskitError('manifest.invalid', `${titleOf(secret)} has no name`);
  checkName(secret.name);
  return secret.name;
}

function twice(one: SecretObject, other: SecretObject, file: NewFile): SopskitError {
  return new SopskitError(
    'usage.conflict',
    `${titleOf(one)} and ${titleOf(other)} would both go to this file`,
    {
      place: { file: file.shown ?? file.name },
      hint: 'Import them one by one, with --output or --folder.',
    },
  );
}

async function write(
  request: SecretImportRequest,
  { secret, file }: Import,
  context: CommandContext,
): Promise<void> {
  const { tree, removed, warnings } = importedSecret(secret.manifest);
  for (const warning of warnings) context.system.warn(`${titleOf(secret)}: ${warning}`);
  await writeNewFile(request, file, tree, context);
  const without = removed.length === 0 ? '' : `, without ${removed.join(', ')}`;
  if (file.shown !== null)
    context.terminal.tell(`${printablePath(file.shown)}: ${titleOf(secret)}, encrypted${without}`);
}
