import { isKustomizationName } from '../../manifests/kustomization.ts';
import type { KustomizationNode } from '../model/model.ts';
import { type Draft, isBelow, isWithin } from './draft.ts';
import { type Ground, isFromHere } from './ground.ts';
import { kustomizationIn } from './kustomization-lists.ts';
import { folderOf, join } from './place-path.ts';
import { referencesOf } from './references.ts';

/** Whether a Kustomization's folder is built by others too: directly, from above, or through a kustomization outside. */
export async function isShared({ model }: Ground, draft: Draft, node: KustomizationNode): Promise<boolean> {
  const folder = node.kustomization.spec.path;
  for (const cluster of model.clusters) {
    for (const other of cluster.kustomizations.values()) {
      if (other === node || !isFromHere(cluster, other)) continue;
      if (other.kustomization.spec.path === folder) return true;
    }
  }
  for (const file of (await draft.paths()).filter(isKustomizationName)) {
    const from = folderOf(file);
    if (isWithin(from, folder)) continue;
    const found = await kustomizationIn(draft, from);
    const names = found === null ? [] : referencesOf(found.tree).map(({ text }) => join(from, text));
    if (found?.path === file && names.some((target) => target === folder || isBelow(target, folder)))
      return true;
  }
  return false;
}
