import type { RuleInfo } from '../../../findings/finding.ts';
import type { LintNode } from '../lint-node.ts';
import type { LintScene } from '../lint-scene.ts';
import type { FluxRule } from '../rule.ts';

const empty: RuleInfo = {
  code: 'flux.path-empty',
  level: 'warning',
  title: 'a path without a manifest',
  about:
    'A folder without manifests, or a kustomization that names none, builds to nothing with Ready=True, and everything that the Kustomization applied before is pruned. A README that was left behind is enough to keep such a folder.',
};

/** Builds of nothing. */
export const pathEmpty: FluxRule = {
  infos: [empty],
  async lint(scene) {
    for (const { nodes } of scene.clusters) for (const node of nodes) await lintNode(scene, node);
  },
};

async function lintNode(scene: LintScene, node: LintNode): Promise<void> {
  const { build } = node.node;
  // one with health checks only is a gate that others depend on
  const isGate = node.spec.healthChecks.length > 0;
  if (build.kind !== 'built' || build.objects.length > 0 || isGate) return;
  const { path, prune } = node.spec;
  scene.tell(empty, {
    place: await node.place(['spec', 'path']),
    message: `${node.key} builds to nothing: ${path === '' ? 'the source' : path} has no manifest${prune ? ', and what it applied before is deleted' : ''}`,
    fix: 'Correct spec.path, name the manifests in the kustomization there, or take the Kustomization out.',
  });
}
