import type { RuleInfo } from '../../../findings/finding.ts';
import type { LintNode } from '../lint-node.ts';
import type { LintScene } from '../lint-scene.ts';
import type { FluxRule } from '../rule.ts';

const suspendedInfo: RuleInfo = {
  code: 'flux.suspended',
  level: 'note',
  title: 'a Kustomization that is suspended',
  about:
    'suspend: true stands in the repository, so that flux resume is reverted by the next reconciliation of its parent. Nothing of it is applied or pruned, and what depends on it waits.',
};

/** `suspend: true` in the repository. */
export const suspended: FluxRule = {
  infos: [suspendedInfo],
  async lint(scene) {
    for (const { nodes } of scene.clusters) for (const node of nodes) await lintNode(scene, node);
  },
};

async function lintNode(scene: LintScene, node: LintNode): Promise<void> {
  if (!node.spec.suspend) return;
  scene.tell(suspendedInfo, {
    place: await node.place(['spec', 'suspend']),
    message: `${node.key} is suspended: nothing of it is applied or pruned`,
    fix: 'Take suspend out of the manifest to have it applied again.',
  });
}
