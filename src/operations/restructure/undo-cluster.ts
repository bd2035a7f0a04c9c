import { SopskitError } from '../../errors/sopskit-error.ts';
import type { ClusterModel, RepositoryModel } from '../../flux/model/model.ts';
import { changedKeys } from './undo-transition.ts';

/** Finds the one cluster that a series of states changes. Throws `restructure.refused`. */
export function touchedCluster(models: readonly RepositoryModel[]): ClusterModel {
  const [first, ...rest] = models;
  const all = first?.clusters ?? [];
  const touched = all.filter((cluster) => {
    let [at, model] = [cluster, first];
    for (const next of rest) {
      const found = model === undefined ? null : find(at, model, next);
      if (found === null || found.name !== at.name || changedKeys(at, found).length > 0) return true;
      [at, model] = [found, next];
    }
    return false;
  });
  const [only, second] = touched.length === 0 ? all : touched;
  if (only !== undefined && second === undefined) return only;
  const names = (touched.length === 0 ? all : touched).map(({ name }) => name).join(', ');
  throw new SopskitError(
    'restructure.refused',
    only === undefined ? 'no cluster is found in this repository' : `it is about several clusters: ${names}`,
    only === undefined ? {} : { hint: 'Name one: --cluster NAME.' },
  );
}

/** Finds the same cluster in another state, also where its sync path is another there. Throws `restructure.refused`. */
export function successor(
  cluster: ClusterModel,
  model: RepositoryModel,
  next: RepositoryModel,
): ClusterModel {
  const found = find(cluster, model, next);
  if (found !== null) return found;
  throw new SopskitError('restructure.refused', `the cluster ${cluster.name} would not be found any more`);
}

function find(cluster: ClusterModel, model: RepositoryModel, next: RepositoryModel): ClusterModel | null {
  const same = next.clusters.find(({ name }) => name === cluster.name);
  if (same !== undefined) return same;
  const known = new Set(model.clusters.map(({ name }) => name));
  const fresh = next.clusters.filter(
    ({ name, entry }) => !known.has(name) && entry.kustomization === cluster.entry.kustomization,
  );
  return fresh.length === 1 ? (fresh[0] ?? null) : null;
}
