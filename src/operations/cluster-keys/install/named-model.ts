import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { ClusterModel, RepositoryModel } from '../../../flux/model/model.ts';

/** Chooses a cluster of the repository where no live one tells: the one that is named, or the only one. Throws `cluster-key.refused`. */
export function chooseModel(
  repository: RepositoryModel | null,
  named: readonly string[],
): ClusterModel | null {
  if (repository === null) return null;
  const { clusters } = repository;
  const trimmed = named.map((one) => one.replace(/^\.\//, '').replace(/\/+$/, ''));
  const fitting =
    trimmed.length === 0
      ? clusters
      : clusters.filter(({ name }) => trimmed.some((one) => name === one || name.split('/').at(-1) === one));
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  const names = clusters.map(({ name }) => name).join(', ');
  const message =
    fitting.length === 0
      ? `the repository has no cluster ${named.join(', ')}`
      : `the repository has several clusters, and no live one tells which is meant: ${names}`;
  throw new SopskitError('cluster-key.refused', message, {
    hint: `Name one with --cluster: ${names}.`,
  });
}
