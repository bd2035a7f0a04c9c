import type { KustomizationDecryption } from '../../../flux/decryption/decryption.ts';
import { findDecryptions } from '../../../flux/decryption/find-decryptions.ts';
import type { ClusterModel } from '../../../flux/model/model.ts';

/**
 * Tells whether a file of the repository is one that the Kustomizations of some clusters read, those of them that count. No
 * cluster: all are.
 */
export async function readHere(
  models: readonly ClusterModel[],
  counts: (decryption: KustomizationDecryption) => boolean,
): Promise<(file: string) => boolean> {
  if (models.length === 0) return () => true;
  const read = new Set<string>();
  for (const model of models)
    for (const decryption of await findDecryptions(model)) {
      if (!counts(decryption)) continue;
      const { files, kustomizations } = await decryption.node.reach();
      for (const { path } of [...files, ...kustomizations]) read.add(path);
    }
  return (file) => read.has(file);
}
