import { join } from 'node:path';
import { SopskitError } from '../errors/sopskit-error.ts';
import { importedSecret } from '../manifests/secret-manifest-import.ts';
import { type SecretObject, titleOf } from '../manifests/secret-manifest-read.ts';
import { printablePath } from '../system/path-text.ts';
import type { CommandContext } from './command.ts';
import type { SecretImportRequest } from './commands/secret-import.ts';
import { readSecrets } from './secret-import-read.ts';
import { type NewFile, planNewFile } from './secret-new-file.ts';
import { putNewFile, sealNewFile } from './secret-write-file.ts';

/** One Secret to be written, with the file it goes to. */
interface Import {
  readonly secret: SecretObject;
  readonly file: NewFile;
}

/**
 * Writes an encrypted file for each Secret of the input, without what the server added to it. All files are found, and
 * all is encrypted, before the first is written.
 */
export async function importSecrets(request: SecretImportRequest, context: CommandContext): Promise<number> {
  const { secrets, files } = await readSecrets(request, context);
  if (request.output !== null && secrets.length > 1) {
    throw new SopskitError(
      'usage.conflict',
      `--output takes one Secret, and the input has ${secrets.length}`,
      {
        hint: 'Choose one with --name and --namespace, or leave --output out: each Secret gets a file of its own. --folder says where.',
      },
    );
  }
  const imports = await planAll(request, secrets, context);
  const ready: (Import & Sealed)[] = [];
  for (const planned of imports) ready.push({ ...planned, ...(await seal(request, planned, context)) });
  for (const [index, one] of ready.entries()) {
    if (request.dryRun && index > 0) context.terminal.write('---\n');
    write(request, one, context);
  }
  if (files.length > 0) {
    context.system.warn(
      `${files.map(printablePath).join(', ')} still ${files.length === 1 ? 'holds' : 'hold'} the values in clear: remove what you do not need`,
    );
  }
  return 0;
}

async function planAll(
  request: SecretImportRequest,
  secrets: readonly SecretObject[],
  context: CommandContext,
): Promise<Import[]> {
  const taken = new Map<string, SecretObject>();
  const imports: Import[] = [];
  const byNamespace = hasNamesakes(secrets);
  for (const secret of secrets) {
    const inner = byNamespace && request.output === null ? (secret.namespace ?? '') : '';
    const folder = join(request.folder ?? '', inner);
    const file = await planNewFile(request, secret.name ?? '', folder === '.' ? '' : folder, context);
    const twin = taken.get(file.name);
    if (twin !== undefined) throw twice(twin, secret, file);
    taken.set(file.name, secret);
    imports.push({ secret, file });
  }
  return imports;
}

/** Whether two namespaces have a Secret of one name: then each namespace gets a folder of its own. */
function hasNamesakes(secrets: readonly SecretObject[]): boolean {
  const namespaces = new Map<string | null, string | null>();
  return secrets.some(({ name, namespace }) => {
    const isNamesake = namespaces.has(name) && namespaces.get(name) !== namespace;
    namespaces.set(name, namespace);
    return isNamesake;
  });
}

function twice(one: SecretObject, other: SecretObject, file: NewFile): SopskitError {
  return new SopskitError(
    'usage.conflict',
    `${titleOf(one)} is in the input twice: both would go to this file`,
    {
      place: { file: file.shown ?? file.name },
      hint: `Take the one out that is not meant${one.name === other.name ? '' : ', or import them one by one, with --output'}.`,
    },
  );
}

interface Sealed {
  readonly sealed: Uint8Array;
  /** Fields that were left out. */
  readonly removed: readonly string[];
}

async function seal(
  request: SecretImportRequest,
  { secret, file }: Import,
  context: CommandContext,
): Promise<Sealed> {
  const { tree, removed, warnings } = importedSecret(secret.manifest);
  for (const warning of warnings) context.system.warn(`${titleOf(secret)}: ${warning}`);
  return { sealed: await sealNewFile(request, file, tree, context), removed };
}

function write(
  request: SecretImportRequest,
  { secret, file, sealed, removed }: Import & Sealed,
  context: CommandContext,
): void {
  putNewFile(request, file, sealed, context);
  const without = removed.length === 0 ? '' : `, without ${removed.map(printablePath).join(', ')}`;
  const isWritten = request.dryRun ? 'not written: ' : '';
  if (file.shown !== null)
    context.terminal.tell(
      `${printablePath(file.shown)}: ${isWritten}${titleOf(secret)}, encrypted${without}`,
    );
}
