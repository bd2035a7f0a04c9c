import type { RuleInfo } from '../../../findings/finding.ts';
import { keyOf } from '../../kustomization.ts';
import { printId, showObject } from '../../object-id.ts';
import type { LintCluster } from '../lint-cluster.ts';
import type { LintNode } from '../lint-node.ts';
import { groupOf } from '../lint-object.ts';
import type { LintScene } from '../lint-scene.ts';
import type { FluxRule } from '../rule.ts';

const dependent: RuleInfo = {
  code: 'flux.health-check',
  level: 'warning',
  title: 'a health check that does not delay what it stands on',
  about:
    'Health checks are made after a Kustomization has applied everything: they delay only those that depend on it (dependsOn). A check of an object that another Kustomization applies looks as if it should be waited for; it is not. Put the check on the Kustomization that applies the object (or wait: true), and dependsOn on the one that is to wait.',
};
const unknown: RuleInfo = {
  code: 'flux.health-check-unknown',
  level: 'warning',
  title: 'a health check of an object that nothing applies',
  about:
    'No Kustomization of the repository applies the object: its name, namespace or kind is wrong, or it was removed. The Kustomization then never gets Ready, and what depends on it is never applied.',
};

/** Health checks on the dependent: they gate nothing. */
export const healthCheck: FluxRule = {
  infos: [dependent, unknown],
  async lint(scene) {
    for (const cluster of scene.clusters) {
      for (const node of cluster.nodes) await lintNode(scene, cluster, node);
    }
  },
};

/** What only Flux itself applies: nothing else in a cluster makes these. */
const ofFlux = new Set(['HelmRelease', 'Kustomization', 'GitRepository', 'HelmRepository', 'OCIRepository']);

/** Done rightly besides: it depends on the one that applies the object, which waits for it. */
function isWaitedFor(node: LintNode, owner: LintNode, id: string): boolean {
  const depends = node.spec.dependsOn.some((one) => keyOf(one) === owner.key);
  const checks = owner.spec.healthChecks.some(
    ({ apiVersion, ...check }) => printId({ ...check, group: groupOf(apiVersion) }) === id,
  );
  return depends && (owner.spec.wait || checks);
}

async function lintNode(scene: LintScene, cluster: LintCluster, node: LintNode): Promise<void> {
  // with wait the list is not looked at
  if (node.spec.wait || node.spec.healthChecks.length === 0 || node.spec.remoteCluster) return;
  const own = new Set((await node.objects()).map(({ id }) => id));
  const all = await cluster.objects();
  for (const [index, { apiVersion, kind, namespace, name }] of node.spec.healthChecks.entries()) {
    const identity = { namespace, name, group: groupOf(apiVersion), kind };
    const id = printId(identity);
    if (own.has(id)) continue;
    const place = await node.place(['spec', 'healthChecks', index]);
    const owner = all.get(id)?.[0]?.owner;
    if (owner !== undefined) {
      if (isWaitedFor(node, owner, id)) continue;
      scene.tell(dependent, {
        place,
        message: `the check of ${showObject(identity)}, which ${owner.key} applies, does not delay ${node.key}: it is made after ${node.kustomization.name} has been applied`,
        fix: `Put the check on ${owner.key} (or wait: true), and on ${node.key} dependsOn: [{name: ${owner.kustomization.name}${owner.kustomization.namespace === node.kustomization.namespace ? '' : `, namespace: ${owner.kustomization.namespace}`}}].`,
      });
    } else if (ofFlux.has(kind) && cluster.isWhole) {
      scene.tell(unknown, {
        place,
        message: `nothing in the repository applies ${showObject(identity)}: ${node.key} never gets Ready`,
        fix: 'Correct its name and namespace, or take the check out.',
      });
    }
  }
}
