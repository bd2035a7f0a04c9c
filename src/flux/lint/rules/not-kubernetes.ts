import type { RuleInfo } from '../../../findings/finding.ts';
import type { LintNode } from '../lint-node.ts';
import type { LintScene } from '../lint-scene.ts';
import type { FluxRule } from '../rule.ts';

const notKubernetesInfo: RuleInfo = {
  code: 'flux.not-kubernetes',
  level: 'error',
  title: 'a YAML file that is no manifest, where Flux takes all files',
  about:
    'The folder has no kustomization, so that Flux makes one of every *.yaml and *.yml in it and below. One that is no Kubernetes object (values of a chart, settings) stops the whole Kustomization ("missing Resource metadata"). Add a kustomization.yaml that names the manifests, move the file, or exclude it in .sourceignore.',
};

/** Files that are no manifests, in folders that the controller looks through. */
export const notKubernetes: FluxRule = {
  infos: [notKubernetesInfo],
  async lint(scene) {
    for (const { nodes } of scene.clusters) for (const node of nodes) await lintNode(scene, node);
  },
};

async function lintNode(scene: LintScene, node: LintNode): Promise<void> {
  for (const file of (await node.reach()).files) {
    if (file.by !== null || file.role !== 'resource') continue;
    const subject = await node.subject(file.path);
    if (subject === null) continue;
    const parts = await subject.parts();
    const strange = parts.find(({ data, metadata }) => metadata === null && !isManifest(data));
    if (strange === undefined) continue;
    const { line } = strange.data;
    scene.tell(notKubernetesInfo, {
      place: { file: file.path, ...(line === undefined ? {} : { line: line + strange.lineOffset }) },
      message: `the file is no Kubernetes object, and ${node.key} takes every YAML file in ${node.spec.path === '' ? 'the source' : node.spec.path}: it fails ("missing Resource metadata")`,
      fix: `Add a kustomization.yaml in ${node.spec.path === '' ? 'the folder' : node.spec.path} that names the manifests, or exclude the file in .sourceignore.`,
    });
  }
}

function isManifest({
  entries,
}: {
  readonly entries: readonly { readonly kind: string; readonly key?: unknown }[];
}): boolean {
  const keys = entries.flatMap(({ key }) => (typeof key === 'string' ? [key] : []));
  return (
    keys.length === 0 || (keys.includes('kind') && (keys.includes('metadata') || keys.includes('items')))
  );
}
