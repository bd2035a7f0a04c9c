import { textAt } from '../../manifests/kubernetes-object.ts';
import { stringOf } from '../../tree/mapping.ts';
import { nodeAt } from '../../tree/node-at.ts';
import type { BuiltObject } from '../build/build.ts';
import { type KustomizationSpec, kustomizationGroup } from '../kustomization.ts';
import type { KustomizationNode } from '../model/model.ts';
import type { ObjectId } from '../object-id.ts';
import { showObject } from '../object-id.ts';
import { isKeptByBuild } from '../plan/protection.ts';
import type { Draft } from './draft.ts';
import type { Ground } from './ground.ts';
import { putAt } from './kustomization-text.ts';
import { editLocated, type Located, locate } from './located.ts';
import { reachOf } from './references.ts';
import { isShared } from './shared-folder.ts';

/** What was done to keep objects whose loss takes others with it (P5). */
export interface Protection {
  /** Objects that got `prune: disabled`, for good. */
  readonly kept: readonly BuiltObject[];
  /** HelmReleases that are suspended in git meanwhile: a suspended one is not uninstalled. */
  readonly suspended: readonly BuiltObject[];
  /** HelmReleases of networks that are waited for (suspended ones would never be ready), or are other clusters' too. */
  readonly awaited: readonly BuiltObject[];
  /** Objects that are written nowhere: a generator or another server has them. */
  readonly unwritten: readonly BuiltObject[];
}

/**
 * Marks Namespaces, CustomResourceDefinitions and volume claims among objects as not to be pruned, and suspends
 * HelmReleases of cluster networks, where they are written.
 */
export async function protect(
  ground: Ground,
  draft: Draft,
  node: KustomizationNode,
  objects: readonly BuiltObject[],
): Promise<Protection> {
  const kept: BuiltObject[] = [];
  const suspended: BuiltObject[] = [];
  const unwritten: BuiltObject[] = [];
  const { spec } = node.kustomization;
  const networks = objects.filter(needsSuspension);
  const shared = networks.length > 0 && (await isShared(ground, draft, node));
  const awaited = networks.filter((object) => shared || isAwaited(spec, object));
  const wanted = objects.filter(
    (object) => needsMark(object) || (networks.includes(object) && !awaited.includes(object)),
  );
  if (wanted.length === 0) return { kept, suspended, awaited, unwritten };
  const files = [...(await reachOf(draft, spec.path)).manifests.keys()];
  for (const object of wanted) {
    const located = await locateWritten(draft, files, object.identity);
    if (located === null) {
      unwritten.push(object);
      continue;
    }
    const edits = needsMark(object)
      ? [putAt(['metadata', 'annotations', `${kustomizationGroup}/prune`], stringOf('disabled'))]
      : [putAt(['spec', 'suspend'], { kind: 'bool', value: true })];
    await editLocated(draft, located, edits);
    (needsMark(object) ? kept : suspended).push(object);
  }
  return { kept, suspended, awaited, unwritten };
}

/** helm-controller does not look at a suspended release: its status stays that of an earlier generation. */
function isAwaited(spec: KustomizationSpec, { identity }: BuiltObject): boolean {
  return (
    spec.wait || spec.healthChecks.some(({ kind, name }) => kind === identity.kind && name === identity.name)
  );
}

/** Takes the suspension of HelmReleases out again. Says whether there was any. */
export async function unsuspend(draft: Draft, { suspended }: Protection): Promise<boolean> {
  const files = await draft.paths();
  for (const { identity } of suspended) {
    const located = await locateWritten(draft, files, identity);
    if (located === null || nodeAt(located.tree, ['spec', 'suspend']) === null) continue;
    await editLocated(draft, located, [{ kind: 'remove', branch: 0, path: ['spec', 'suspend'] }]);
  }
  return suspended.length > 0;
}

/** What a user should know of it. */
export function protectionRemarks({ kept, awaited, unwritten }: Protection): readonly string[] {
  const names = (all: readonly BuiltObject[]) => all.map(({ identity }) => showObject(identity)).join(', ');
  return [
    ...(kept.length === 0
      ? []
      : [
          `${names(kept)}: marked \`${kustomizationGroup}/prune: disabled\`. Leave it there: their loss takes others with it.`,
        ]),
    ...(awaited.length === 0
      ? []
      : [
          `${names(awaited)}: the cluster's network, kept by the guards alone: it is waited for, or other clusters build it too. To be safe against everything else: \`flux suspend helmrelease\` before, \`flux resume helmrelease\` behind.`,
        ]),
    ...(unwritten.length === 0
      ? []
      : [`${names(unwritten)}: written nowhere in the repository, so kept by the guards alone.`]),
  ];
}

/** An encrypted object is not edited: its MAC covers it. */
async function locateWritten(draft: Draft, files: readonly string[], id: ObjectId): Promise<Located | null> {
  const located = await locate(draft, files, id);
  return located === null || nodeAt(located.tree, ['sops']) !== null ? null : located;
}

function needsMark(object: BuiltObject): boolean {
  return isPrecious(object.identity) && !isKeptByBuild(object);
}

/** Whether an object's loss takes other objects, or data, with it. */
export function isPrecious({ kind, group }: ObjectId): boolean {
  if (kind === 'CustomResourceDefinition') return group === 'apiextensions.k8s.io';
  return group === '' && (kind === 'Namespace' || kind === 'PersistentVolumeClaim');
}

/** Charts of cluster networks: without them no controller can fetch what would bring them back. */
const networkNames =
  /(?:^|-)(?:cilium|calico|tigera-operator|flannel|antrea|weave-net|canal|kube-router|kube-ovn|multus|aws-vpc-cni|azure-cni)(?:$|-)/;

function needsSuspension({ identity, manifest }: BuiltObject): boolean {
  if (identity.kind !== 'HelmRelease' || identity.group !== 'helm.toolkit.fluxcd.io') return false;
  const suspend = nodeAt(manifest, ['spec', 'suspend']);
  if (suspend?.kind === 'bool' && suspend.value) return false;
  const chart = nodeAt(manifest, ['spec', 'chart', 'spec']);
  const source = nodeAt(manifest, ['spec', 'chartRef']);
  return [
    identity.name,
    chart?.kind === 'mapping' ? textAt(chart, 'chart') : '',
    source?.kind === 'mapping' ? textAt(source, 'name') : '',
  ].some((name) => networkNames.test(name));
}
