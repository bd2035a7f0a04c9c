import type { Cluster, ClusterEvent } from '../../cluster/cluster.ts';
import { type Condition, keyOfObject } from './reading.ts';
import { cleaned } from './said.ts';

const kinds = [
  'GitRepository',
  'OCIRepository',
  'HelmRepository',
  'HelmChart',
  'Kustomization',
  'HelmRelease',
];

/** Reads what the controllers' events say of failures that are not over. */
export async function readFailures(cluster: Cluster): Promise<ReadonlyMap<string, Condition>> {
  const all: ClusterEvent[] = [];
  for (const kind of kinds)
    all.push(...(await cluster.events({ apiVersion: '', kind, namespace: '', name: '' })));
  return lastFailures(all);
}

/** The last word on each object, where it is a failure. Oldest first. */
export function lastFailures(events: readonly ClusterEvent[]): ReadonlyMap<string, Condition> {
  const last = new Map<string, Condition>();
  for (const { object, type, reason, message, time } of events) {
    const key = keyOfObject(object.kind, object.namespace, object.name);
    const isFailure = type === 'Warning' || reason === 'DependencyNotReady' || reason === 'ArtifactFailed';
    // `Progressing` lists what was applied, also in a run that fails in the end
    if (isFailure) last.set(key, { status: 'False', reason, message: cleaned(message), since: time });
    else if (reason !== 'Progressing') last.delete(key);
  }
  return last;
}
