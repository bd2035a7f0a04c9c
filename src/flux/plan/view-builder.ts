import { SopskitError } from '../../errors/sopskit-error.ts';
import { sameData } from '../../tree/equal.ts';
import type { Mapping } from '../../tree/value.ts';
import type { Build, ClusterObjects } from '../build/build.ts';
import { Definitions } from '../build/defined-scopes.ts';
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
  readonly #objects: Readonly<Record<Side, ClusterObjects>>;
  readonly #read = kustomizationReader();

  constructor(workspace: Workspace, pair: ClusterPair, trees: SourceTrees) {
    this.#workspace = workspace;
    this.#pair = pair;
    this.#trees = trees;
    this.#objects = { base: objectsOf(pair.base), head: objectsOf(pair.head ?? pair.base) };
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

  /** Builds with the variables of the other side; `null` where they are the same, or it has none. */
  async stale(kustomization: FluxKustomization, source: string, tree: Side): Promise<Build | null> {
    const other = tree === 'base' ? 'head' : 'base';
    const { namespace, spec } = kustomization;
    const changes = spec.postBuild?.substituteFrom.some(({ kind, name, optional }) => {
      const [ours, theirs] = ([tree, other] as const).map((side) =>
        this.#objects[side].find(kind, namespace, name),
      );
      // without one that has to be there, it fails
      return ours == null || theirs == null ? optional && ours !== theirs : !sameData(ours, theirs);
    });
    if (changes !== true) return null;
    return this.#buildOver(kustomization, await this.#trees.read(source, tree), other, source);
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
      const build = await this.#workspace.builder.build(kustomization, reading.tree, this.#objects[tree]);
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

/** What a cluster's Kustomizations build that other builds are made from: ConfigMaps, Secrets, definitions of kinds. */
function objectsOf(cluster: ClusterModel | null): ClusterObjects {
  const definitions = new Definitions();
  const variables = new Map<string, Mapping>();
  for (const { build, kustomization } of cluster?.kustomizations.values() ?? []) {
    if (build.kind !== 'built' || kustomization.spec.remoteCluster) continue;
    for (const object of build.objects) {
      const { group, kind } = object.identity;
      definitions.add(object);
      if (group === '' && (kind === 'ConfigMap' || kind === 'Secret'))
        variables.set(object.id, object.manifest);
    }
  }
  return {
    find: (kind, namespace, name) => variables.get(`${namespace}_${name}__${kind}`) ?? null,
    scope: (group, kind) => definitions.scope(group, kind),
    lenient: cluster?.lenient === true,
  };
}
