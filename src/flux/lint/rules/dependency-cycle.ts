import type { RuleInfo } from '../../../findings/finding.ts';
import { keyOf, kustomizationGroup } from '../../kustomization.ts';
import { shortestCycle } from '../cycle.ts';
import type { LintCluster } from '../lint-cluster.ts';
import type { LintNode } from '../lint-node.ts';
import { groupOf } from '../lint-object.ts';
import type { LintScene } from '../lint-scene.ts';
import type { FluxRule } from '../rule.ts';

export const dependencyCycleInfo: RuleInfo = {
  code: 'flux.dependency-cycle',
  level: 'error',
  title: 'Kustomizations that wait for each other',
  about:
    'None of them is ever applied, or ever Ready: a Kustomization with wait: true (or a health check on its child) is Ready only when the child is, and a child that depends on it waits for that. Worse, the controller then triggers no Kustomization of that source on a new revision any more: each is applied at its interval only.',
};

/** Kustomizations that wait for each other. */
export const dependencyCycle: FluxRule = {
  infos: [dependencyCycleInfo],
  async lint(scene) {
    for (const cluster of scene.clusters) await lintCycles(scene, cluster);
  },
};

async function lintCycles(scene: LintScene, cluster: LintCluster): Promise<void> {
  const told = new Set<string>();
  for (const node of cluster.nodes) {
    const way = shortestCycle(node.key, (key) => (cluster.node(key)?.spec.dependsOn ?? []).map(keyOf));
    if (way === null || way.some((key) => told.has(key))) continue;
    for (const key of way) told.add(key);
    scene.tell(dependencyCycleInfo, {
      place: await node.place(['spec', 'dependsOn']),
      message: `${[...way, way[0]].join(' waits for ')}: none of them is ever applied`,
      fix: 'Take one of the dependencies out.',
    });
  }
  await lintGates(scene, cluster, told);
}

/** Circles over children that a parent's readiness waits for. */
async function lintGates(scene: LintScene, cluster: LintCluster, told: Set<string>): Promise<void> {
  const gates = new Map<string, readonly string[]>();
  for (const node of cluster.nodes) gates.set(node.key, await gatedBy(cluster, node));
  for (const node of cluster.nodes) {
    const next = (key: string) => [...plainDependencies(cluster.node(key)), ...(gates.get(key) ?? [])];
    const way = shortestCycle(node.key, next);
    if (way === null || way.some((key) => told.has(key))) continue;
    for (const key of way) told.add(key);
    const child = cluster.node(
      way.find((key, index) => {
        const after = way[(index + 1) % way.length] ?? '';
        return plainDependencies(cluster.node(key)).includes(after);
      }) ?? node.key,
    );
    scene.tell(dependencyCycleInfo, {
      place: await (child ?? node).place(['spec', 'dependsOn']),
      message: `${[...way, way[0]].join(' waits for ')}, one by wait or healthChecks: none of them ever gets Ready`,
      fix: `Take the dependency out of ${child?.key ?? node.key}, which its parent applies anyway, or wait and the check out of the parent.`,
    });
  }
}

/** The Kustomizations without which a Kustomization is not Ready: with wait all that it applies, else those it checks. */
async function gatedBy(cluster: LintCluster, node: LintNode): Promise<readonly string[]> {
  const { spec } = node;
  // an expression may say otherwise what Ready is
  if (spec.remoteCluster || spec.suspend || spec.healthCheckExprs.length > 0) return [];
  const named = spec.wait
    ? (await node.objects()).map(({ identity }) => identity)
    : spec.healthChecks.map(({ apiVersion, ...check }) => ({ ...check, group: groupOf(apiVersion) }));
  return (
    named
      .filter(({ kind, group }) => kind === 'Kustomization' && group === kustomizationGroup)
      .map(keyOf)
      // the controller does not wait for itself
      .filter((key) => key !== node.key && cluster.node(key)?.spec.suspend === false)
  );
}

function plainDependencies(node: LintNode | null): readonly string[] {
  return (node?.spec.dependsOn ?? []).filter(({ readyExpr }) => readyExpr === null).map(keyOf);
}
