import type { ClusterModel, SourceNode } from '../model/model.ts';
import type { LintFiles } from './lint-files.ts';
import { LintNode } from './lint-node.ts';
import type { LintObject } from './lint-object.ts';
import { unbuiltChildren } from './unbuilt-children.ts';

/** An object with the Kustomization that applies it. */
export interface OwnedObject {
  readonly owner: LintNode;
  readonly object: LintObject;
}

/** A cluster while it is looked at. */
export class LintCluster {
  readonly model: ClusterModel;
  readonly nodes: readonly LintNode[];
  /** Whether all that it leads to is known: what is then not in it is not there. */
  readonly isWhole: boolean;
  readonly #byKey: ReadonlyMap<string, LintNode>;
  #objects: Promise<ReadonlyMap<string, readonly OwnedObject[]>> | null = null;

  /** Takes the Kustomizations of a model, and those in the files of what could not be built. */
  static async open(model: ClusterModel, files: LintFiles): Promise<LintCluster> {
    const nodes = [...model.kustomizations.values()].map((node) => {
      const [parent = ''] = node.owners;
      return new LintNode(node, files, model.kustomizations.get(parent)?.tree ?? null);
    });
    const isWhole = nodes.every(({ node }) => node.build.kind === 'built');
    return new LintCluster(model, isWhole ? nodes : await unbuiltChildren(model, nodes, files), isWhole);
  }

  private constructor(model: ClusterModel, nodes: readonly LintNode[], isWhole: boolean) {
    this.model = model;
    this.nodes = nodes;
    this.isWhole = isWhole;
    this.#byKey = new Map(this.nodes.map((node) => [node.key, node]));
  }

  get name(): string {
    return this.model.name;
  }

  node(key: string): LintNode | null {
    return this.#byKey.get(key) ?? null;
  }

  sourceOf(node: LintNode): SourceNode | null {
    return this.model.sources.get(node.node.source) ?? null;
  }

  /** Everything that its Kustomizations apply to this cluster, by id. */
  objects(): Promise<ReadonlyMap<string, readonly OwnedObject[]>> {
    this.#objects ??= this.#collect();
    return this.#objects;
  }

  async #collect(): Promise<ReadonlyMap<string, readonly OwnedObject[]>> {
    const found = new Map<string, OwnedObject[]>();
    for (const owner of this.nodes) {
      if (owner.spec.remoteCluster) continue;
      for (const object of await owner.objects()) {
        const owned = found.get(object.id);
        if (owned === undefined) found.set(object.id, [{ owner, object }]);
        else if (!owned.some((one) => one.owner === owner)) owned.push({ owner, object });
      }
    }
    return found;
  }
}
