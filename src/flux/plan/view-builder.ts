import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Build, ClusterObjects } from '../build/build.ts';
import { type FluxKustomization, keyOf } from '../kustomization.ts';
import type { ClusterModel } from '../model/model.ts';
import { kustomizationReader, withRefusals } from '../model/survey.ts';
import type { Workspace } from '../workspace.ts';
import type { Side } from './change.ts';
import type { ClusterPair } from './pair-clusters.ts';
import type { SourceTrees, TreeReading } from './source-trees.ts';
import { buildText } from './spec-text.ts';

/** Builds Kustomizations of either side over trees of either side. */
export class ViewBuilder {
  readonly #workspace: Workspace;
  readonly #pair: ClusterPair;
  readonly #trees: SourceTrees;
  readonly #variables: Readonly<Record<Side, ClusterObjects>>;
  readonly #read = kustomizationReader();

  constructor(workspace: Workspace, pair: ClusterPair, trees: SourceTrees) {
    this.#workspace = workspace;
    this.#pair = pair;
    this.#trees = trees;
    this.#variables = { base: variablesOf(pair.base), head: variablesOf(pair.head ?? pair.base) };
  }

  /** Builds a spec over its source's tree of one side, with the variables of that side; the model's own build where it has it. */
  async build(kustomization: FluxKustomization, source: string, tree: Side): Promise<Build> {
    const node = this.#pair[tree]?.kustomizations.get(keyOf(kustomization));
    if (node !== undefined && node.source === source && isBuiltAlike(node.kustomization, kustomization))
      return node.build;
    return this.#buildOver(kustomization, await this.#trees.read(source, tree), tree, source);
  }

  /** Builds over the head's files as the base's source takes them; `null` where the source does not change. */
  async midway(kustomization: FluxKustomization, source: string): Promise<Build | null> {
    const reading = await this.#trees.midway(source);
    return reading === null ? null : this.#buildOver(kustomization, reading, 'head', source);
  }

  async #buildOver(
    kustomization: FluxKustomization,
    reading: TreeReading,
    tree: Side,
    source: string,
  ): Promise<Build> {
    if ('unknown' in reading) return { kind: 'unknown', unknowns: [reading.unknown] };
    if ('absent' in reading)
      return {
        kind: 'failed',
        message: `Source '${source}' not found`,
        fix: 'It is there once the Kustomization that has it has applied it.',
      };
    try {
      const build = await this.#workspace.builder.build(kustomization, reading.tree, this.#variables[tree]);
      return withRefusals(build, kustomization, this.#read);
    } catch (error) {
      // what a build meets is an answer about this view, not the end of the others
      if (!(error instanceof SopskitError)) throw error;
      const { message, hint: fix = 'See the message.' } = error;
      return {
        kind: 'unknown',
        unknowns: [{ reason: 'unreadable', subject: keyOf(kustomization), message, fix }],
      };
    }
  }
}

function isBuiltAlike(one: FluxKustomization, other: FluxKustomization): boolean {
  return (
    one === other ||
    (buildText(one.spec) === buildText(other.spec) && one.spec.remoteCluster === other.spec.remoteCluster)
  );
}

/** The ConfigMaps and Secrets that a cluster's Kustomizations build. */
function variablesOf(cluster: ClusterModel | null): ClusterObjects {
  const objects = new Map(
    [...(cluster?.kustomizations.values() ?? [])].flatMap(({ build, kustomization }) =>
      build.kind !== 'built' || kustomization.spec.remoteCluster
        ? []
        : build.objects
            .filter(
              ({ identity: { group, kind } }) => group === '' && (kind === 'ConfigMap' || kind === 'Secret'),
            )
            .map((object) => [object.id, object.manifest] as const),
    ),
  );
  return { find: (kind, namespace, name) => objects.get(`${namespace}_${name}__${kind}`) ?? null };
}
