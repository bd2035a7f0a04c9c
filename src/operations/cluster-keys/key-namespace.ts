import type { Cluster } from '../../cluster/cluster.ts';
import { fieldIn, textIn } from '../../cluster/fields.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { SecretRef } from '../../flux/decryption/decryption.ts';
import { mappingOf, stringOf } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import type { KeySecret } from './key-secret.ts';
import { keyManager } from './key-secret-manifest.ts';
import { refuseEnding } from './write-refusal.ts';

/** A namespace that a Secret can be written into, as far as is known. */
export interface ReadyNamespace {
  /** Why it could neither be read nor made; absent: it is there, or was not asked to be made. */
  readonly denied?: SopskitError;
}

const namespaceKind = { apiVersion: 'v1', kind: 'Namespace', namespace: '' } as const;

/**
 * Sees to it that the namespace is there; `null`: it is not, at a dry run that would make it. Who may neither read nor make
 * it is told so only where the write finds none. Throws `cluster-key.refused` for one that is being deleted, or not there and not to be made; `cluster.*`.
 */
export async function readyNamespace(
  cluster: Cluster,
  { namespace }: SecretRef,
  { dryRun, createNamespace }: { readonly dryRun: boolean; readonly createNamespace: boolean },
): Promise<ReadyNamespace | null> {
  const found = await look(cluster, namespace);
  if (isDeleted(found)) throw isEnding(cluster, namespace);
  if (found !== null && !(found === 'unknown' && createNamespace)) return {};
  if (!createNamespace) throw isMissing(cluster, namespace);
  try {
    const made = await cluster.apply(namespaceManifest(namespace), { fieldManager: keyManager, dryRun });
    if (isDeleted(made)) throw isEnding(cluster, namespace);
    // what a dry run would make has no version
    return textIn(made, 'metadata', 'resourceVersion') === '' ? null : {};
  } catch (error) {
    // it may be there all the same: then the Secret can be written
    if (found === 'unknown' && isDenied(error)) return { denied: error };
    throw error;
  }
}

/** Throws `cluster-key.refused` for a Secret that is there, and will not be: it, or its namespace, is being deleted. */
export async function requireLasting(cluster: Cluster, secret: KeySecret): Promise<void> {
  refuseEnding(cluster, secret);
  const { namespace } = secret.ref;
  if (isDeleted(await look(cluster, namespace))) throw isEnding(cluster, namespace);
}

/** Of a Secret that may not be read: a role for it can be made only in a namespace that is there. */
export async function withNamespaceFirst(
  cluster: Cluster,
  { namespace }: SecretRef,
  error: unknown,
): Promise<unknown> {
  if (!isDenied(error)) return error;
  const found = await look(cluster, namespace).catch(() => 'unknown' as const);
  if (found !== null && found !== 'unknown') return error;
  const create = `kubectl create namespace ${namespace}`;
  const first =
    found === null
      ? `The namespace ${namespace} is not there, and comes first (${create}).`
      : `Where the namespace ${namespace} is missing, it comes first (${create}).`;
  return new SopskitError(error.code, error.message, { hint: `${first} ${error.hint ?? ''}`, cause: error });
}

function isDenied(error: unknown): error is SopskitError {
  return error instanceof SopskitError && error.code === 'cluster.denied';
}

function isDeleted(found: Mapping | null | 'unknown'): boolean {
  const isThere = found !== null && found !== 'unknown';
  return isThere && fieldIn(found, 'metadata', 'deletionTimestamp') !== undefined;
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
      hint: `Wait until it is gone; sopskit keys install${flags} -n ${namespace} --create-namespace makes both anew. kubectl${flags} get namespace ${namespace} -o yaml shows in status.conditions what holds it.`,
    },
  );
}
