import { LintCluster } from '../../../flux/lint/lint-cluster.ts';
import { LintFiles } from '../../../flux/lint/lint-files.ts';
import type { ClusterModel } from '../../../flux/model/model.ts';

/** Tells whether a file of the repository is one that the Kustomizations of some clusters read. No cluster: all are. */
export async function readHere(models: readonly ClusterModel[]): Promise<(file: string) => boolean> {
  if (models.length === 0) return () => true;
  const read = new Set<string>();
  for (const model of models) {
    const cluster = await LintCluster.open(model, new LintFiles());
    for (const node of cluster.nodes) {
      const { files, kustomizations } = await node.reach();
      for (const { path } of [...files, ...kustomizations]) read.add(path);
    }
  }
  return (file) => read.has(file);
}
