import type { RuleInfo } from '../../../findings/finding.ts';
import type { LintNode } from '../lint-node.ts';
import type { LintScene } from '../lint-scene.ts';
import type { FluxRule } from '../rule.ts';

const renamed: RuleInfo = {
  code: 'flux.namespace-renamed',
  level: 'error',
  title: 'targetNamespace over a Namespace',
  about:
    'targetNamespace (and namespace in a kustomization) changes the name of Namespaces themselves: kustomize makes all of them one of that name. Pruning then deletes the others, and when the Kustomization goes, the namespace with everything in it. Take the Namespace out of what targetNamespace is for.',
};

/** Namespaces among what `targetNamespace` is for. */
export const namespaceRenamed: FluxRule = {
  infos: [renamed],
  async lint(scene) {
    for (const { nodes } of scene.clusters) for (const node of nodes) await lintNode(scene, node);
  },
};

async function lintNode(scene: LintScene, node: LintNode): Promise<void> {
  const target = node.spec.targetNamespace;
  if (target === null) return;
  for (const { file, object, lineOffset } of await node.written()) {
    if (object.kind !== 'Namespace' || object.apiVersion !== 'v1' || object.name === target) continue;
    const { line } = object.manifest;
    scene.tell(renamed, {
      place: { file: file.path, ...(line === undefined ? {} : { line: line + lineOffset }) },
      message: `Namespace ${object.name} becomes ${target} by the targetNamespace of ${node.key}`,
      fix: 'Move it into a Kustomization without targetNamespace.',
    });
  }
}
