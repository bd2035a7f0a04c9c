import type { RuleInfo } from '../../../findings/finding.ts';
import { showObject } from '../../object-id.ts';
import { definedBy, isCrd } from '../crd.ts';
import type { LintNode } from '../lint-node.ts';
import type { LintScene } from '../lint-scene.ts';
import type { FluxRule } from '../rule.ts';

const together: RuleInfo = {
  code: 'flux.crd-together',
  level: 'note',
  title: 'a CRD and its objects in one Kustomization',
  about:
    'Applying works: the controller applies CRDs first and waits for them. Removing does not: when both leave, objects and CRD are deleted without a wait, together with the operator that has to finish the objects, which then hang in Terminating; and a change that drops the CRD takes all of its objects with it, also those of others. Keep CRDs in a Kustomization of their own, which the others depend on.',
};

/** CRDs and their objects in one Kustomization. */
export const crdTogether: FluxRule = {
  infos: [together],
  async lint(scene) {
    for (const { nodes } of scene.clusters) for (const node of nodes) await lintNode(scene, node);
  },
};

async function lintNode(scene: LintScene, node: LintNode): Promise<void> {
  const objects = await node.objects();
  for (const crd of objects.filter(isCrd)) {
    const { group, kind } = definedBy(crd);
    // bootstrap puts them together, and the entry is not removed
    if (group.endsWith('.toolkit.fluxcd.io')) continue;
    const own = objects.filter(({ identity }) => identity.group === group && identity.kind === kind);
    const [first] = own;
    if (first === undefined || crd.annotations.get('kustomize.toolkit.fluxcd.io/prune') === 'disabled')
      continue;
    scene.tell(together, {
      place: await node.placeOf(first.identity),
      message: `${showObject(first.identity)}${own.length > 1 ? ` and ${own.length - 1} more` : ''} and the CRD ${crd.identity.name} are both in ${node.key}`,
      fix: 'Move the CRD into a Kustomization of its own, which this one depends on, or annotate it with kustomize.toolkit.fluxcd.io/prune: disabled.',
    });
  }
}
