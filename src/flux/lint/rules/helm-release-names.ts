import { textAt } from '../../../manifests/kubernetes-object.ts';
import type { Mapping } from '../../../tree/value.ts';
import { printId } from '../../object-id.ts';
import { shortestCycle } from '../cycle.ts';
import type { LintCluster, OwnedObject } from '../lint-cluster.ts';
import { mappingAt } from '../lint-object.ts';
import type { LintScene } from '../lint-scene.ts';
import { itemsAt } from '../named-files.ts';
import type { FluxRule } from '../rule.ts';
import { dependencyCycleInfo } from './dependency-cycle.ts';
import { missingNameInfo } from './missing-name.ts';

const helmGroup = 'helm.toolkit.fluxcd.io';

/** What HelmReleases name: releases they depend on, and sources of charts. Told by the codes of Kustomizations. */
export const helmReleaseNames: FluxRule = {
  infos: [],
  async lint(scene) {
    // what makes objects from templates in the cluster may make these, too
    for (const cluster of scene.clusters)
      if (cluster.isWhole && !(await hasTemplates(cluster))) await lintCluster(scene, cluster);
  },
};

async function hasTemplates(cluster: LintCluster): Promise<boolean> {
  const all = [...(await cluster.objects()).values()].flat();
  return all.some(({ object }) => object.identity.kind.startsWith('ResourceSet'));
}

interface Release extends OwnedObject {
  readonly spec: Mapping;
  readonly needs: readonly string[];
}

async function lintCluster(scene: LintScene, cluster: LintCluster): Promise<void> {
  const releases = await releasesOf(cluster);
  for (const release of releases.values()) {
    await lintDependencies(scene, release, releases);
    await lintChart(scene, cluster, release);
  }
  await lintCycles(scene, releases);
}

async function releasesOf(cluster: LintCluster): Promise<ReadonlyMap<string, Release>> {
  const releases = new Map<string, Release>();
  for (const [owned] of (await cluster.objects()).values()) {
    const spec = owned === undefined ? null : mappingAt(owned.object.manifest, 'spec');
    if (owned === undefined || spec === null) continue;
    const { kind, group, namespace, name } = owned.object.identity;
    if (kind !== 'HelmRelease' || group !== helmGroup) continue;
    const needs = itemsAt(spec, ['dependsOn']).flatMap(({ value }) =>
      value.kind === 'mapping' ? [`${textAt(value, 'namespace') || namespace}/${textAt(value, 'name')}`] : [],
    );
    releases.set(`${namespace}/${name}`, { ...owned, spec, needs });
  }
  return releases;
}

async function lintDependencies(
  scene: LintScene,
  { object, owner, needs }: Release,
  releases: ReadonlyMap<string, Release>,
): Promise<void> {
  const { namespace, name } = object.identity;
  for (const [index, key] of needs.entries()) {
    if (releases.has(key) || key.includes('$')) continue;
    const near = [...releases.keys()].find((one) => one.endsWith(key.slice(key.indexOf('/'))));
    scene.tell(missingNameInfo, {
      place: await owner.placeOf(object.identity, ['spec', 'dependsOn', index]),
      level: 'warning',
      message: `HelmRelease ${namespace}/${name} depends on ${key}, and there is no such HelmRelease`,
      fix: near === undefined ? 'Correct the name, or take the dependency out.' : `Did you mean ${near}?`,
    });
  }
}

async function lintChart(
  scene: LintScene,
  cluster: LintCluster,
  { object, owner, spec }: Release,
): Promise<void> {
  const { namespace: own, name: release } = object.identity;
  const path = mappingAt(spec, 'chartRef') === null ? ['chart', 'spec', 'sourceRef'] : ['chartRef'];
  const ref = path.reduce<Mapping | null>(mappingAt, spec);
  if (ref === null) return;
  const [kind, name] = [textAt(ref, 'kind'), textAt(ref, 'name')];
  const namespace = textAt(ref, 'namespace') || own;
  const group = 'source.toolkit.fluxcd.io';
  if (kind === '' || name === '' || kind === 'ExternalArtifact' || `${name}${namespace}`.includes('$'))
    return;
  if ((await cluster.objects()).has(printId({ namespace, name, group, kind }))) return;
  // bootstrap writes the entry's own
  if (cluster.model.sources.get(`${kind}/${namespace}/${name}`)?.manifest != null) return;
  const entry = cluster.node(cluster.model.entry.kustomization)?.node.source;
  if (entry === `${kind}/${namespace}/${name}`) return;
  scene.tell(missingNameInfo, {
    place: await owner.placeOf(object.identity, ['spec', ...path]),
    level: 'warning',
    message: `the chart of HelmRelease ${own}/${release} comes from ${kind} ${namespace}/${name}, which is not in the repository`,
    fix: 'Correct kind, name and namespace of the source, or add it.',
  });
}

async function lintCycles(scene: LintScene, releases: ReadonlyMap<string, Release>): Promise<void> {
  const told = new Set<string>();
  for (const [key, { object, owner }] of releases) {
    const way = shortestCycle(key, (one) => releases.get(one)?.needs ?? []);
    if (way === null || way.some((one) => told.has(one))) continue;
    for (const one of way) told.add(one);
    scene.tell(dependencyCycleInfo, {
      place: await owner.placeOf(object.identity, ['spec', 'dependsOn']),
      level: 'warning',
      message: `HelmRelease ${[...way, way[0]].join(' waits for ')}: none of them is ever installed`,
      fix: 'Take one of the dependencies out.',
    });
  }
}
