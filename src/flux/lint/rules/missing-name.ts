import { nearest } from '../../../errors/suggestion.ts';
import type { Level, RuleInfo } from '../../../findings/finding.ts';
import { type Dependency, keyOf } from '../../kustomization.ts';
import { printId } from '../../object-id.ts';
import type { LintCluster } from '../lint-cluster.ts';
import type { LintNode } from '../lint-node.ts';
import type { LintScene } from '../lint-scene.ts';
import type { FluxRule } from '../rule.ts';

export const missingNameInfo: RuleInfo = {
  code: 'flux.missing-name',
  level: 'error',
  title: 'a dependency or source that there is not',
  about:
    'Nothing in the repository applies the Kustomization or source that is named: the one that names it is never Ready ("dependency … not found", "ArtifactFailed: … not found"). A warning where a part of the repository could not be built, which may have it.',
};

/** Names in dependsOn and sourceRef that lead nowhere. */
export const missingName: FluxRule = {
  infos: [missingNameInfo],
  async lint(scene) {
    for (const cluster of scene.clusters) {
      for (const node of cluster.nodes) {
        await lintNames(scene, cluster, node);
        await lintSource(scene, cluster, node);
      }
    }
  },
};

async function lintNames(scene: LintScene, cluster: LintCluster, node: LintNode): Promise<void> {
  for (const [index, dependency] of node.spec.dependsOn.entries()) {
    const key = keyOf(dependency);
    if (cluster.node(key) !== null) continue;
    const near = nearKey(cluster, dependency);
    scene.tell(missingNameInfo, {
      place: await node.place(['spec', 'dependsOn', index]),
      level: await levelOf(cluster, node),
      message: `${node.key} depends on ${key}, and there is no such Kustomization`,
      fix: near === null ? 'Correct the name, or take the dependency out.' : `Did you mean ${near}?`,
    });
  }
}

/**
 * What cannot be built may have what is missing; but not the Kustomization itself, which waits for it, nor one that has no
 * source, which applies nothing.
 */
async function levelOf(cluster: LintCluster, node: LintNode): Promise<Level> {
  for (const other of cluster.nodes) {
    if (other === node || other.node.build.kind === 'built') continue;
    if (!(await isSourceMissing(cluster, other))) return 'warning';
  }
  return 'error';
}

/** The same name in another namespace is the usual mistake. */
function nearKey(cluster: LintCluster, { name, namespace }: Dependency): string | null {
  const keys = cluster.nodes.map(({ key }) => key);
  return keys.find((key) => key.endsWith(`/${name}`)) ?? nearest(`${namespace}/${name}`, keys);
}

/** Whether a Kustomization's source is named, and nowhere in the repository. */
export async function isSourceMissing(cluster: LintCluster, node: LintNode): Promise<boolean> {
  const { kind, namespace, name } = node.spec.sourceRef;
  const id = printId({ namespace, name, group: 'source.toolkit.fluxcd.io', kind });
  // the files of what could not be built may have it, too
  const isThere = (cluster.sourceOf(node)?.manifest ?? null) !== null || (await cluster.objects()).has(id);
  const isMade = node.spec.sourceRef.kind === 'ExternalArtifact';
  // an empty gotk-sync.yaml has no source yet: bootstrap writes it
  const isEntrys = node.node.source === cluster.node(cluster.model.entry.kustomization)?.node.source;
  return !isThere && !isMade && !isEntrys;
}

async function lintSource(scene: LintScene, cluster: LintCluster, node: LintNode): Promise<void> {
  if (!(await isSourceMissing(cluster, node))) return;
  const { kind, namespace, name } = node.spec.sourceRef;
  const near = [...cluster.model.sources.values()].find(
    (one) => one.manifest !== null && one.name === name && one.kind === kind,
  );
  scene.tell(missingNameInfo, {
    place: await node.place(['spec', 'sourceRef']),
    level: await levelOf(cluster, node),
    message: `the source of ${node.key}, ${kind} ${namespace}/${name}, is not in the repository`,
    fix:
      near === undefined
        ? 'Correct kind and name of sourceRef, or add the source.'
        : `Add namespace: ${near.namespace} to sourceRef.`,
  });
}
