import type { Snapshot } from '../../repository/snapshot.ts';
import { sameData } from '../../tree/equal.ts';
import { valueAt } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import type { FluxKustomization } from '../kustomization.ts';
import type { ClusterModel, KustomizationNode, RepositoryModel, SourceNode } from '../model/model.ts';
import { keyOfSource } from '../source/source-in-cluster.ts';
import type { Unknown } from '../unknown.ts';
import type { Workspace } from '../workspace.ts';
import type { ClusterChange, LiveState, Side } from './change.ts';
import { mappingAt } from './cluster-objects.ts';
import { type ClusterPair, pairClusters } from './pair-clusters.ts';
import { renamedCharts } from './renamed-charts.ts';
import { SourceTrees } from './source-trees.ts';
import { ViewBuilder } from './view-builder.ts';
import { ViewSet } from './view-set.ts';

export interface ChangeOptions {
  /** The states that the models were read from, for sources that only one side has. Default: such a source's trees are unknown. */
  readonly snapshots?: Readonly<Record<Side, Snapshot>>;
  /** What the cluster has: its specs take the place of the base's. */
  readonly live?: LiveState;
}

/**
 * Pairs the clusters of two states of a repository, and builds what each Kustomization may apply while the change reaches
 * them: either spec over either tree, and specs that it has only for a moment.
 */
export async function changesBetween(
  workspace: Workspace,
  base: RepositoryModel,
  head: RepositoryModel,
  options: ChangeOptions = {},
): Promise<readonly ClusterChange[]> {
  const changes: ClusterChange[] = [];
  for (const pair of pairClusters(base, head)) changes.push(await changeOf(workspace, pair, options));
  return changes;
}

async function changeOf(
  workspace: Workspace,
  pair: ClusterPair,
  { snapshots, live }: ChangeOptions,
): Promise<ClusterChange> {
  const trees = new SourceTrees(workspace, pair, snapshots ?? null);
  const views = new ViewSet(new ViewBuilder(workspace, pair, trees));
  for (const key of keysOf(pair)) {
    views.add(key, {
      base: specOf(pair.base?.kustomizations.get(key), live?.kustomizations.get(key)?.kustomization),
      head: specOf(pair.head?.kustomizations.get(key)),
    });
  }
  await views.buildAll();
  return {
    cluster: (pair.head ?? pair.base)?.name ?? '',
    entry: (pair.base ?? pair.head)?.entry.kustomization ?? '',
    kustomizations: views.changes(),
    unknowns: [
      ...unknownsOf(pair),
      ...(snapshots === undefined ? [] : await renamedCharts(snapshots.base, snapshots.head)),
    ],
  };
}

function keysOf({ base, head }: ClusterPair): ReadonlySet<string> {
  return new Set([...(base?.kustomizations.keys() ?? []), ...(head?.kustomizations.keys() ?? [])]);
}

/** A Kustomization with its source; the live one, where it is known, is the one that runs. */
function specOf(node: KustomizationNode | undefined, live?: FluxKustomization): SourcedSpec | null {
  if (live !== undefined) return { kustomization: live, source: keyOfSource(live.spec.sourceRef) };
  return node === undefined ? null : { kustomization: node.kustomization, source: node.source };
}

export interface SourcedSpec {
  readonly kustomization: FluxKustomization;
  readonly source: string;
}

/** Unknowns of builds are in the views; these are the others. */
function unknownsOf({ base, head }: ClusterPair): readonly Unknown[] {
  const all = [
    ...[base, head].flatMap((cluster) => (cluster === null ? [] : ownUnknowns(cluster))),
    ...followedElsewhere({ base, head }),
  ];
  return [...new Map(all.map((unknown) => [JSON.stringify(unknown), unknown])).values()];
}

function ownUnknowns({ unknowns, kustomizations }: ClusterModel): readonly Unknown[] {
  const ofBuilds = new Set(
    [...kustomizations.values()].flatMap(({ build }) =>
      build.kind === 'failed' ? [] : build.unknowns.map((unknown) => JSON.stringify(unknown)),
    ),
  );
  return unknowns.filter((unknown) => !ofBuilds.has(JSON.stringify(unknown)));
}

/**
 * Where the entry's own source follows another repository or revision from now on, the cluster gets that one's content,
 * whatever this repository has at the head.
 */
function followedElsewhere({ base, head }: ClusterPair): readonly Unknown[] {
  const [old, now] = [entrySource(base), entrySource(head)];
  if (old?.manifest == null || now?.manifest == null) return [];
  const field = ['url', 'ref'].find((name) => !isAlikeAt(old.manifest, now.manifest, name));
  if (field === undefined) return [];
  const subject = `${now.kind}/${now.namespace}/${now.name}`;
  return [
    {
      reason: 'opaque-source',
      subject,
      message: `${subject}, from which the cluster begins, changes its \`${field}\`: what it holds from then on is not what this revision has`,
      fix: 'See that both hold the same at that moment: sopskit flux plan with the old and the new one as BASE..HEAD.',
    },
  ];
}

function entrySource(cluster: ClusterModel | null): SourceNode | null {
  const source = cluster?.kustomizations.get(cluster.entry.kustomization)?.source;
  return source === undefined ? null : (cluster?.sources.get(source) ?? null);
}

function isAlikeAt(one: Mapping | null, other: Mapping | null, field: string): boolean {
  const [ours, theirs] = [one, other].map((manifest) => {
    const spec = manifest === null ? null : mappingAt(manifest, 'spec');
    return spec === null ? undefined : valueAt(spec, field);
  });
  return ours === undefined || theirs === undefined ? ours === theirs : sameData(ours, theirs);
}
