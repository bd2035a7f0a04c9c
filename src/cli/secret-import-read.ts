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
import { keyWarning } from './secret-import-keys.ts';
import { isForPeople } from './secret-import-table.ts';
import { importSource } from './secret-import-words.ts';
import { describeOthers, refuseSealed } from './secret-strangers.ts';
import { readPipe } from './secret-values.ts';
import { readPath } from './streams.ts';

/** Secrets that are to be imported. */
export interface SecretsRead {
  readonly secrets: readonly SecretObject[];
  /** Files that hold them in clear, as typed. */
  readonly files: readonly string[];
}

/**
 * Reads the Secrets that are to be imported, and checks each as the API server would. Throws `manifest.invalid`,
 * `document.*`, `file.*`, `sops.already-encrypted`, `cluster.*`, `usage.*`.
 */
export async function readSecrets(
  request: SecretImportRequest,
  context: CommandContext,
): Promise<SecretsRead> {
  const { source, remark } = importSource(context.system, request.words, request.all);
  if (remark !== null) context.system.warn(remark);
  if (source.kind === 'cluster') {
    const { secretsOfCluster } = await import('./secret-import-live.ts');
    const { found, where } = await secretsOfCluster(request, source.names, context);
    const secrets = takenOf(found, null, request, context, source.names !== null);
    if (secrets.length > 0) return { secrets, files: [] };
    throw new SopskitError('manifest.invalid', `there is no Secret to import in ${where}`, {
      hint: found.some(({ type }) => whyForeign(type) !== null)
        ? 'What is left out is named above; --any-type takes those too that the cluster makes for itself.'
        : 'What is left out, and why, is named above.',
    });
  }
  refuseConnection(request);
  const secrets: SecretObject[] = [];
  for (const file of source.files) {
    const bytes = file === '-' ? readPipe(context) : readFile(file, context);
    const shown = file === '-' ? 'standard input' : file;
    secrets.push(...(await secretsIn(bytes, shown, request, context)));
    bytes.fill(0);
  }
  if (secrets.length > 0) return { secrets, files: source.files.filter((file) => file !== '-') };
  throw new SopskitError('manifest.invalid', 'there is no Secret to import', {
    hint: 'Take one from the cluster: sopskit secret import secret/NAME -n NAMESPACE',
  });
}

/** Who types the name of a Secret alone means the cluster, mostly. */
function readFile(file: string, { system }: CommandContext): Uint8Array {
  try {
    return readPath(system, file, 'file.missing');
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code !== 'file.missing') throw error;
    const name = /^(?:[\w.-]+\/)?([\w.-]+)$/.exec(file)?.[1] ?? 'NAME';
    const hint = `A Secret of the cluster is named secret/${name}.`;
    throw new SopskitError(error.code, error.message, { ...(error.place && { place: error.place }), hint });
  }
}

function refuseConnection({ connection }: SecretImportRequest): void {
  const { kubeconfig, context, asUser, asGroups } = connection;
  if (kubeconfig === null && context === null && asUser === null && asGroups.length === 0) return;
  throw new SopskitError(
    'usage.conflict',
    'files are imported, and a cluster is named (--context and the like)',
    {
      hint: 'A Secret of the cluster is named secret/NAME.',
    },
  );
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
  return takenOf(secrets, file, request, { system });
}

/**
 * Those that are wanted, and may be imported. `file` `null`: of the cluster. `areNamed`: each by its own name, and not
 * all that there are.
 */
function takenOf(
  secrets: readonly SecretObject[],
  file: string | null,
  request: SecretImportRequest,
  { system }: Pick<CommandContext, 'system'>,
  areNamed = false,
): SecretObject[] {
  const wanted = secrets.filter((secret) => isWanted(secret, request));
  if (wanted.length === 0 && secrets.length > 0) {
    throw new SopskitError('manifest.invalid', `no Secret fits; there is ${namesOf(secrets)}`, {
      ...(file === null ? {} : { place: { file } }),
      hint: 'Look at --name and --namespace.',
    });
  }
  const taken = wanted.filter((secret) => {
    const isAlone = file !== null && wanted.length === 1;
    const isNamed = areNamed || isAlone || request.names.includes(secret.name ?? '');
    const key = keyWarning(secret);
    const leftOut = key === null || isNamed ? null : `${key} (--name ${secret.name} imports it)`;
    const why = whyNot(secret, request) ?? leftOut;
    if (why === null && key !== null) system.warn(`${titleOf(secret)}: ${key}`);
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

function check(secret: SecretObject, file: string | null): void {
  try {
    checkSecretObject(secret);
  } catch (error) {
    throw error instanceof SopskitError && file !== null ? error.at({ file }) : error;
  }
}

function whyNot(secret: SecretObject, { anyType }: SecretImportRequest): string | null {
  const foreign = anyType ? null : whyForeign(secret.type);
  if (foreign !== null) return `${foreign} (type ${secret.type}; --any-type imports it)`;
  const sealed = secretEntries(secret).find((entry) => isCiphertext(bytesOf(entry)));
  if (sealed !== undefined)
    return `its value ${printablePath(sealed.key)} is ciphertext of sops: it was applied without being decrypted`;
  const isEmpty = secretEntries(secret).every(
    (entry) => entry.value.kind !== 'null' && bytesOf(entry)?.length === 0,
  );
  return isEmpty ? 'it has no values, so there is nothing to encrypt' : null;
}

function isCiphertext(bytes: Uint8Array | null): boolean {
  return bytes !== null && Buffer.from(bytes.subarray(0, 15)).toString('latin1') === 'ENC[AES256_GCM,';
}

/** kubectl prints YAML or JSON; JSON is told by its first character, whatever the name of the file. */
async function parse(bytes: Uint8Array, file: string): Promise<readonly Mapping[]> {
  const { formatNamed } = await import('../formats/registry.ts');
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 512)).toString('latin1');
  if (start.trim() === '') {
    throw new SopskitError('manifest.invalid', 'the input is empty', {
      place: { file },
      hint: 'Look at what kubectl said: it prints its errors beside its output.',
    });
  }
  if (isForPeople(start)) {
    throw new SopskitError('manifest.invalid', 'this is what kubectl prints for people, without the values', {
      place: { file },
      hint: 'Add -o yaml: kubectl get secret NAME -n NAMESPACE -o yaml | sopskit secret import -',
    });
  }
  try {
    return (await formatNamed(/^\s*\{/.test(start) ? 'json' : 'yaml')).parse(bytes).branches;
  } catch (error) {
    throw error instanceof SopskitError ? error.at({ file }) : error;
  }
}
