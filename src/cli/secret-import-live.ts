import type { Cluster } from '../cluster/cluster.ts';
import { connect } from '../cluster/connect.ts';
import { fieldIn, textIn } from '../cluster/fields.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import { type SecretObject, secretObjects } from '../manifests/secret-manifest-read.ts';
import { checkNamespace } from '../manifests/secret-manifest-rules.ts';
import { listLiveSecrets, requireLiveSecrets } from '../operations/live-secrets/read-live-secrets.ts';
import type { Mapping } from '../tree/value.ts';
import type { CommandContext } from './command.ts';
import type { SecretImportRequest } from './commands/secret-import.ts';

/**
 * Reads Secrets of the cluster, by their names or (`null`) all of the namespaces. They stay in memory. Throws
 * `cluster.*`, `usage.*`.
 */
export async function secretsOfCluster(
  request: SecretImportRequest,
  names: readonly string[] | null,
  { system, terminal }: CommandContext,
): Promise<{ readonly found: readonly SecretObject[]; readonly where: string }> {
  const wanted = [...new Set(request.namespaces)];
  if (names !== null) refuseFilters(request, wanted);
  for (const namespace of wanted) checkNamespace(namespace);
  const cluster = await connect(system, request.connection);
  const namespaces = wanted.length === 0 ? [cluster.namespace] : wanted;
  const manifests: Mapping[] = [];
  for (const namespace of namespaces) manifests.push(...(await readOf(cluster, namespace, names)));
  for (const manifest of manifests) {
    if (fieldIn(manifest, 'metadata', 'deletionTimestamp') !== undefined)
      system.warn(`Secret ${namesIn(manifest)} is being deleted in the cluster`);
  }
  const where = `${namespaces.length === 1 ? 'namespace' : 'namespaces'} ${namespaces.join(', ')} of context ${cluster.context}`;
  terminal.tell(`from ${where}:`);
  return { found: secretObjects(manifests), where };
}

function readOf(
  cluster: Cluster,
  namespace: string,
  names: readonly string[] | null,
): Promise<readonly Mapping[]> {
  return names === null ? listLiveSecrets(cluster, namespace) : requireLiveSecrets(cluster, namespace, names);
}

function refuseFilters({ names }: SecretImportRequest, namespaces: readonly string[]): void {
  if (names.length > 0)
    throw new SopskitError('usage.conflict', '--name chooses among all, and the Secrets are named already', {
      hint: 'Leave --name out.',
    });
  if (namespaces.length > 1)
    throw new SopskitError(
      'usage.conflict',
      'a Secret that is named is in one namespace, and several are given',
      {
        hint: 'Import them one namespace after the other.',
      },
    );
}

function namesIn(manifest: Mapping): string {
  return `${textIn(manifest, 'metadata', 'namespace')}/${textIn(manifest, 'metadata', 'name')}`;
}
