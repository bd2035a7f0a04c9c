import type { Cluster } from '../../cluster/cluster.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Mapping } from '../../tree/value.ts';
import { noSecrets } from './missing-secrets.ts';
import { secretKind } from './secret-kind.ts';

/** How many Secrets are asked for at a time. */
const atOnce = 12;

/** What became of one that was asked for. */
export type LiveSecret =
  | { readonly kind: 'there'; readonly manifest: Mapping }
  | { readonly kind: 'absent' }
  /** It may not be read. */
  | { readonly kind: 'denied'; readonly error: SopskitError };

export interface LiveSecretRef {
  readonly namespace: string;
  readonly name: string;
}

/** Reads Secrets one by one, which needs the verb `get` only. Throws `cluster.*`, but not `cluster.denied`. */
export async function readLiveSecrets<Ref extends LiveSecretRef>(
  cluster: Cluster,
  refs: readonly Ref[],
): Promise<ReadonlyMap<Ref, LiveSecret>> {
  const found = new Map<Ref, LiveSecret>();
  const left = [...refs].reverse();
  const work = async (): Promise<void> => {
    for (let ref = left.pop(); ref !== undefined; ref = left.pop())
      found.set(ref, await readOne(cluster, ref));
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, refs.length) }, work));
  return found;
}

async function readOne(cluster: Cluster, { namespace, name }: LiveSecretRef): Promise<LiveSecret> {
  try {
    const manifest = await cluster.get({ ...secretKind, namespace, name });
    return manifest === null ? { kind: 'absent' } : { kind: 'there', manifest };
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code !== 'cluster.denied') throw error;
    return { kind: 'denied', error };
  }
}

/**
 * Returns Secrets of one namespace by their names, in that order. Throws `cluster.not-found` where one is missing (says
 * whether it is the namespace), `cluster.*`.
 */
export async function requireLiveSecrets(
  cluster: Cluster,
  namespace: string,
  names: readonly string[],
): Promise<readonly Mapping[]> {
  const refs = names.map((name) => ({ namespace, name }));
  const found = await readLiveSecrets(cluster, refs);
  const manifests: Mapping[] = [];
  const missing: string[] = [];
  for (const ref of refs) {
    const one = found.get(ref);
    if (one?.kind === 'denied') throw one.error;
    if (one?.kind === 'there') manifests.push(one.manifest);
    else missing.push(ref.name);
  }
  if (missing.length > 0) throw await noSecrets(cluster, namespace, missing);
  return manifests;
}

/** Lists all Secrets of a namespace. Throws `cluster.not-found` where it has none, or is not there, `cluster.*`. */
export async function listLiveSecrets(cluster: Cluster, namespace: string): Promise<readonly Mapping[]> {
  const found = await cluster.list(secretKind, namespace);
  if (found.length === 0) throw await noSecrets(cluster, namespace, null);
  return found;
}
