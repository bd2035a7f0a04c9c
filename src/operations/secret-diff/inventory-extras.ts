import type { LintCluster } from '../../flux/lint/lint-cluster.ts';
import { parseId } from '../../flux/object-id.ts';
import type { LiveKustomization } from '../../flux/plan/change.ts';
import type { ExtraSecret } from './compare-all.ts';
import { notHere } from './from-kustomizations.ts';

/**
 * Lists the Secrets that Kustomizations of the cluster have applied, and that none of the repository builds any more.
 * None where a Kustomization could not be built: it may have taken one over.
 */
export function extrasOf(
  cluster: LintCluster,
  live: ReadonlyMap<string, LiveKustomization>,
  namespace: string | null,
): readonly ExtraSecret[] {
  const isWhole = cluster.nodes.every(
    (node) => node.node.build.kind === 'built' || notHere(cluster, node) !== null,
  );
  if (!isWhole) return [];
  const builds = cluster.nodes.flatMap(({ node }) => (node.build.kind === 'built' ? node.build.objects : []));
  const built = new Set(builds.map(({ id }) => id));
  return cluster.nodes.flatMap((node): ExtraSecret[] => {
    if (node.spec.remoteCluster || node.node.build.kind !== 'built') return [];
    const inventory = (live.get(node.key)?.inventory ?? []).filter((id) => !isOfOther(live, node.key, id));
    return inventory.flatMap((id): ExtraSecret[] => {
      const one = parseId(id);
      if (one.kind !== 'Secret' || one.group !== '' || built.has(id)) return [];
      if (namespace !== null && one.namespace !== namespace) return [];
      return [{ namespace: one.namespace, name: one.name, kustomization: node.key }];
    });
  });
}

function isOfOther(live: ReadonlyMap<string, LiveKustomization>, key: string, id: string): boolean {
  return [...live].some(([other, { inventory }]) => other !== key && inventory.includes(id));
}
