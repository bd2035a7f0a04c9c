import type { LintCluster } from './lint-cluster.ts';
import type { LintNode } from './lint-node.ts';
import type { LintScene } from './lint-scene.ts';
import { type Reach, reachOf } from './reach.ts';
import { folderOf } from './tree-index.ts';

/** What `flux bootstrap` itself builds and applies: the folder of `gotk-sync.yaml`. */
export interface BootstrapReach {
  readonly folder: string;
  /** The entry's Kustomization. */
  readonly node: LintNode;
  readonly reach: Reach;
}

/** `null` for a cluster that was not bootstrapped so. */
export async function bootstrapReach(scene: LintScene, cluster: LintCluster): Promise<BootstrapReach | null> {
  const { kind, file, kustomization } = cluster.model.entry;
  const node = cluster.node(kustomization);
  const tree = node?.node.tree ?? null;
  if (kind !== 'gotk-sync' || file === null || node === null || tree === null) return null;
  const folder = folderOf(file);
  return { folder, node, reach: await reachOf(scene.files, tree, folder, []) };
}
