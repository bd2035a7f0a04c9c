import type { RuleInfo } from '../../../findings/finding.ts';
import { showObject } from '../../object-id.ts';
import { chartOf, groupsOfChart } from '../chart-groups.ts';
import { definedBy, isCrd } from '../crd.ts';
import type { LintCluster } from '../lint-cluster.ts';
import type { LintNode } from '../lint-node.ts';
import type { LintScene } from '../lint-scene.ts';
import type { FluxRule } from '../rule.ts';

const helm: RuleInfo = {
  code: 'flux.helm-crd-together',
  level: 'warning',
  title: 'a HelmRelease that brings CRDs, and objects of theirs, in one Kustomization',
  about:
    'The controller dry-runs all objects of a Kustomization before it applies any. In a fresh cluster the CRD is not there before the chart is, and the chart is not installed before the dry run passes: it never is ("no matches for kind"). In a running cluster nothing shows. Put the objects into a Kustomization of their own that depends on this one, with a health check of the HelmRelease here.',
};

/** Charts that bring CRDs, and objects of theirs, in one Kustomization. */
export const helmCrdTogether: FluxRule = {
  infos: [helm],
  async lint(scene) {
    const before = await installedBefore(scene);
    for (const cluster of scene.clusters) {
      const elsewhere = await groupsByNode(cluster);
      for (const node of cluster.nodes) {
        await lintCharts(scene, node, elsewhere, before);
      }
    }
  },
};

async function lintCharts(
  scene: LintScene,
  node: LintNode,
  elsewhere: ReadonlyMap<string, ReadonlySet<LintNode>>,
  before: string,
): Promise<void> {
  const objects = await node.objects();
  for (const release of objects.filter(({ identity }) => identity.kind === 'HelmRelease')) {
    const chart = chartOf(release.manifest, objects);
    if (chart === null || [chart, release.identity.name].some((name) => names(before, name))) continue;
    const groups = groupsOfChart(chart);
    const own = objects.filter(
      ({ identity }) =>
        groups.includes(identity.group) &&
        // somebody else brings the CRD: the dry run passes
        [...(elsewhere.get(identity.group) ?? [])].every((one) => one === node),
    );
    const [first] = own;
    if (first === undefined) continue;
    scene.tell(helm, {
      place: await node.placeOf(first.identity),
      message: `${showObject(first.identity)}${own.length > 1 ? ` and ${own.length - 1} more need CRDs` : ' needs a CRD'} of the chart ${chart}, and ${showObject(release.identity)} is in the same Kustomization ${node.key}: in a fresh cluster neither is ever applied`,
      fix: `Move the objects of ${first.identity.group} into a Kustomization of their own with dependsOn: [{name: ${node.kustomization.name}}], and give ${node.kustomization.name} a health check of HelmRelease ${release.identity.name}.`,
    });
  }
}

function names(text: string, word: string): boolean {
  return new RegExp(`(?:^|[^\\w-])${word.replace(/[^\w-]/g, '.')}(?:[^\\w-]|$)`).test(text);
}

/** What the repository installs before Flux runs (helmfile, a bootstrap folder): charts named in it bring their CRDs early. */
async function installedBefore(scene: LintScene): Promise<string> {
  const texts: string[] = [];
  for (const { path, kind } of await scene.snapshot.list()) {
    if (
      kind !== 'file' ||
      !/(?:^|\/)bootstrap\/|helmfile/.test(path) ||
      !/\.(?:ya?ml|gotmpl|sh|toml)$/.test(path)
    )
      continue;
    const bytes = await scene.snapshot.read(path);
    if (bytes !== null) texts.push(Buffer.from(bytes).toString('utf8'));
  }
  return texts.join('\n');
}

/** Which Kustomizations bring CRDs of a group, by themselves or through a chart. */
async function groupsByNode(cluster: LintCluster): Promise<ReadonlyMap<string, ReadonlySet<LintNode>>> {
  const found = new Map<string, Set<LintNode>>();
  const add = (group: string, node: LintNode) => {
    const nodes = found.get(group) ?? new Set();
    found.set(group, nodes.add(node));
  };
  for (const node of cluster.nodes) {
    const objects = await node.objects();
    for (const object of objects) {
      if (isCrd(object)) add(definedBy(object).group, node);
      const chart = object.identity.kind === 'HelmRelease' ? chartOf(object.manifest, objects) : null;
      for (const group of chart === null ? [] : groupsOfChart(chart)) add(group, node);
    }
  }
  return found;
}
