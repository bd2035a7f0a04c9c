import type { RuleInfo } from '../../../findings/finding.ts';
import { keyOf } from '../../kustomization.ts';
import type { LintCluster } from '../lint-cluster.ts';
import type { LintNode } from '../lint-node.ts';
import type { LintScene } from '../lint-scene.ts';
import type { FluxRule } from '../rule.ts';

const cycle: RuleInfo = {
  code: 'flux.dependency-cycle',
  level: 'error',
  title: 'Kustomizations that wait for each other',
  about:
    'None of them is ever applied. Worse, the controller then triggers no Kustomization of that source on a new revision any more: each is applied at its interval only.',
};

/** Kustomizations that wait for each other. */
export const dependencyCycle: FluxRule = {
  infos: [cycle],
  async lint(scene) {
    for (const cluster of scene.clusters) await lintCycles(scene, cluster);
  },
};

async function lintCycles(scene: LintScene, cluster: LintCluster): Promise<void> {
  const told = new Set<string>();
  for (const node of cluster.nodes) {
    const way = cycleFrom(cluster, node);
    if (way === null || way.some((key) => told.has(key))) continue;
    for (const key of way) told.add(key);
    scene.tell(cycle, {
      place: await node.place(['spec', 'dependsOn']),
      message: `${[...way, way[0]].join(' waits for ')}: none of them is ever applied`,
      fix: 'Take one of the dependencies out.',
    });
  }
}

/** The shortest way from a Kustomization over its dependencies back to it. */
function cycleFrom(cluster: LintCluster, start: LintNode): string[] | null {
  const cameFrom = new Map<string, string>();
  const queue = [start.key];
  for (const key of queue) {
    for (const dependency of cluster.node(key)?.spec.dependsOn ?? []) {
      const next = keyOf(dependency);
      if (next === start.key) return wayTo(key, start.key, cameFrom);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, key);
      queue.push(next);
    }
  }
  return null;
}

function wayTo(last: string, first: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [last];
  for (let key = last; key !== first; ) {
    key = cameFrom.get(key) ?? first;
    way.unshift(key);
  }
  return way;
}
