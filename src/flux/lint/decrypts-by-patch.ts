import type { LintCluster } from './lint-cluster.ts';
import type { LintNode } from './lint-node.ts';
import { fits } from './patch-target.ts';
import { patchesOf } from './patches.ts';

/**
 * Whether a Kustomization gets its decryption from a patch of a parent that could not be built, so that its manifest as
 * it is written does not tell: the usual form for the entry, whose file bootstrap writes anew.
 */
export async function decryptsByPatch(cluster: LintCluster, node: LintNode): Promise<boolean> {
  const isEntry = node.key === cluster.model.entry.kustomization;
  const parents = isEntry ? [node.key, ...node.node.owners] : node.node.owners;
  for (const key of new Set(parents)) {
    const parent = cluster.node(key);
    if (parent === null || parent.node.build.kind === 'built') continue;
    const object = { kind: 'Kustomization', name: node.kustomization.name };
    for (const patch of await patchesOf(parent)) {
      const sets = patch.sets.some(([first, second]) => first === 'spec' && second === 'decryption');
      if (sets && fits(patch, object)) return true;
    }
  }
  return false;
}
