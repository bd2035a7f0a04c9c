import { SopskitError } from '../errors/sopskit-error.ts';
import { whyForeign } from '../manifests/secret-manifest-import.ts';
import {
  bytesOf,
  type SecretObject,
  secretEntries,
  secretObjects,
  titleOf,
} from '../manifests/secret-manifest-read.ts';
import { checkSecretObject } from '../manifests/secret-object-rules.ts';
import { printablePath } from '../system/path-text.ts';
import type { Mapping } from '../tree/value.ts';
import type { CommandContext } from './command.ts';
import type { SecretImportRequest } from './commands/secret-import.ts';
import { describeOthers, refuseSealed } from './secret-strangers.ts';
import { readPipe } from './secret-values.ts';
import { readPath } from './streams.ts';

/**
 * Reads the Secrets that are to be imported, and checks each as the API server would. Throws `manifest.invalid`,
 * `document.*`, `file.*`, `sops.already-encrypted`.
 */
export async function readSecrets(
  request: SecretImportRequest,
  context: CommandContext,
): Promise<SecretObject[]> {
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
  const wanted = secrets.filter((secret) => isWanted(secret, request));
  if (wanted.length === 0 && secrets.length > 0) {
    throw new SopskitError('manifest.invalid', `no Secret fits; there is ${namesOf(secrets)}`, {
      place: { file },
      hint: 'Look at --name and --namespace.',
    });
  }
  const taken = wanted.filter((secret) => {
    const why = whyNot(secret, request);
    if (why !== null) system.warn(`${titleOf(secret)} is left out: ${why}`);
    return why === null;
  });
  for (const secret of taken) check(secret, file);
  return taken;
}

function isWanted({ name, namespace }: SecretObject, { names, namespaces }: SecretImportRequest): boolean {
  const fits = (wanted: readonly string[], one: string | null): boolean =>
    wanted.length === 0 || (one !== null && wanted.includes(one));
  return fits(names, name) && fits(namespaces, namespace);
}

function namesOf(secrets: readonly SecretObject[]): string {
  const shown = secrets.slice(0, 10).map(titleOf).join(', ');
  return secrets.length > 10 ? `${shown} and ${secrets.length - 10} more` : shown;
}

function check(secret: SecretObject, file: string): void {
  try {
    checkSecretObject(secret);
  } catch (error) {
    throw error instanceof SopskitError ? error.at({ file }) : error;
  }
}

function whyNot(secret: SecretObject, { anyType }: SecretImportRequest): string | null {
  const foreign = anyType ? null : whyForeign(secret.type);
  if (foreign !== null) return `${foreign} (type ${secret.type}; --any-type imports it)`;
  const isEmpty = secretEntries(secret).every(
    (entry) => entry.value.kind !== 'null' && bytesOf(entry)?.length === 0,
  );
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
