import type { Cluster } from '../../cluster/cluster.ts';
import { textIn } from '../../cluster/fields.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { nearest } from '../../errors/suggestion.ts';
import { secretKind } from './secret-kind.ts';

/** The error for Secrets that are not in a namespace; `names` `null`: it has none at all. */
export async function noSecrets(
  cluster: Cluster,
  namespace: string,
  names: readonly string[] | null,
): Promise<SopskitError> {
  const { context, flags } = cluster;
  if ((await hasNamespace(cluster, namespace)) === false) {
    return new SopskitError('cluster.not-found', `There is no namespace ${namespace} in context ${context}`, {
      hint: `kubectl${flags} get namespaces lists those there are; -n names another.`,
    });
  }
  if (names === null) {
    return new SopskitError(
      'cluster.not-found',
      `There is no Secret in namespace ${namespace} of context ${context}`,
      { hint: `Name another namespace with -n; kubectl${flags} get secrets -A lists those of all.` },
    );
  }
  const what = names.length === 1 ? 'no Secret' : 'none of the Secrets';
  return new SopskitError(
    'cluster.not-found',
    `There is ${what} ${names.join(', ')} in namespace ${namespace} of context ${context}`,
    { hint: await meant(cluster, namespace, names) },
  );
}

/** `null`: this may not be asked. */
export async function hasNamespace(cluster: Cluster, name: string): Promise<boolean | null> {
  try {
    const found = await cluster.get({ apiVersion: 'v1', kind: 'Namespace', namespace: '', name });
    return found !== null;
  } catch (error) {
    if (error instanceof SopskitError && error.code === 'cluster.denied') return null;
    throw error;
  }
}

async function meant(cluster: Cluster, namespace: string, names: readonly string[]): Promise<string> {
  const list = `kubectl${cluster.flags} get secrets -n ${namespace} lists those there are; -n names another namespace.`;
  const there = await cluster.list(secretKind, namespace).catch((error: unknown) => {
    if (error instanceof SopskitError && error.code === 'cluster.denied') return [];
    throw error;
  });
  const known = there.map((one) => textIn(one, 'metadata', 'name'));
  const near = names.flatMap((name) => nearest(name, known) ?? []);
  return near.length === 0 ? list : `Did you mean ${near.join(', ')}? ${list}`;
}
