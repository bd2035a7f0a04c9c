import type { Cluster } from '../../cluster/cluster.ts';
import { fieldIn } from '../../cluster/fields.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { SecretRef } from '../../flux/decryption/decryption.ts';
import { mappingOf, stringOf } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import { keyManager } from './key-secret-manifest.ts';

const namespaceKind = { apiVersion: 'v1', kind: 'Namespace', namespace: '' } as const;

/**
 * Sees to it that the namespace is there; returns whether it is, which it is not at a dry run that would make it. Throws
 * `cluster-key.refused` for one that is being deleted, or not there and not to be made; `cluster.*`.
 */
export async function readyNamespace(
  cluster: Cluster,
  { namespace }: SecretRef,
  { dryRun, createNamespace }: { readonly dryRun: boolean; readonly createNamespace: boolean },
): Promise<boolean> {
  const found = await look(cluster, namespace);
  if (found === 'unknown') return true;
  if (found !== null) {
    if (fieldIn(found, 'metadata', 'deletionTimestamp') !== undefined) throw isEnding(cluster, namespace);
    return true;
  }
  if (!createNamespace) throw isMissing(cluster, namespace);
  await cluster.apply(namespaceManifest(namespace), { fieldManager: keyManager, dryRun });
  return !dryRun;
}

export function namespaceManifest(name: string): Mapping {
  return mappingOf([
    ['apiVersion', stringOf('v1')],
    ['kind', stringOf('Namespace')],
    ['metadata', mappingOf([['name', stringOf(name)]])],
  ]);
}

/** Who may write a Secret may often not read its namespace: then the write tells. */
async function look(cluster: Cluster, name: string): Promise<Mapping | null | 'unknown'> {
  try {
    return await cluster.get({ ...namespaceKind, name });
  } catch (error) {
    if (error instanceof SopskitError && error.code === 'cluster.denied') return 'unknown';
    throw error;
  }
}

function isMissing({ context }: Cluster, namespace: string): SopskitError {
  return new SopskitError(
    'cluster-key.refused',
    `there is no namespace ${namespace} in the cluster of context ${context}`,
    { hint: 'Add --create-namespace to make it, or choose another with --namespace.' },
  );
}

function isEnding({ context, flags }: Cluster, namespace: string): SopskitError {
  return new SopskitError(
    'cluster-key.refused',
    `the namespace ${namespace} in the cluster of context ${context} is being deleted, and takes nothing new`,
    {
      hint: `Wait until it is gone, and run it again with --create-namespace; kubectl${flags} get namespace ${namespace} -o yaml shows in status.conditions what holds it.`,
    },
  );
}
