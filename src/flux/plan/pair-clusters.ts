import type { ClusterModel, RepositoryModel } from '../model/model.ts';

/** A cluster before and after; `null`: the repository has it not. */
export interface ClusterPair {
  readonly base: ClusterModel | null;
  readonly head: ClusterModel | null;
}

/** At least this part of a cluster's Kustomizations has to be in another for the two to be one. */
const enough = 0.5;

/**
 * Pairs the clusters of two states: those of one name, then those whose sync path moved: the entry has the same name, and
 * most of its Kustomizations are there.
 */
export function pairClusters(base: RepositoryModel, head: RepositoryModel): readonly ClusterPair[] {
  const left = new Set(base.clusters);
  const pairs: { base: ClusterModel | null; head: ClusterModel }[] = head.clusters.map((after) => {
    const before = base.clusters.find(({ name }) => name === after.name) ?? null;
    if (before !== null) left.delete(before);
    return { base: before, head: after };
  });
  for (const pair of pairs) {
    if (pair.base !== null) continue;
    const [best] = [...left]
      .map((cluster) => ({ cluster, likeness: likeness(cluster, pair.head) }))
      .filter(({ likeness }) => likeness >= enough)
      .sort((a, b) => b.likeness - a.likeness);
    if (best === undefined) continue;
    pair.base = best.cluster;
    left.delete(best.cluster);
  }
  return [...pairs, ...[...left].map((cluster) => ({ base: cluster, head: null }))];
}

function likeness(base: ClusterModel, head: ClusterModel): number {
  if (base.entry.kustomization !== head.entry.kustomization) return 0;
  const keys = [...base.kustomizations.keys()];
  const shared = keys.filter((key) => head.kustomizations.has(key)).length;
  return shared / Math.max(keys.length, head.kustomizations.size);
}
