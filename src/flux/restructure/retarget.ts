import { keyOf } from '../kustomization.ts';
import type { KustomizationNode } from '../model/model.ts';
import { type Draft, isWithin } from './draft.ts';
import { type Ground, isFromHere } from './ground.ts';
import { componentEdits, pathEdit } from './kustomization-text.ts';
import { editLocated, locateKustomization } from './located.ts';
import type { Moves } from './relocate.ts';

/** A Kustomization whose path changes. */
export interface Retargeted {
  readonly cluster: string;
  readonly node: KustomizationNode;
  /** From the repository's top. */
  readonly path: string;
  /** As `spec.path` has it. */
  readonly written: string;
}

/** Kustomizations of all clusters that build a folder which moves, or one below. */
export function buildersOf({ model }: Ground, moves: Moves): readonly Omit<Retargeted, 'written'>[] {
  return model.clusters.flatMap((cluster) =>
    [...cluster.kustomizations.values()].flatMap((node) => {
      const { path } = node.kustomization.spec;
      const isMoved = [...moves.folders.keys()].some((folder) => isWithin(path, folder));
      return isMoved && isFromHere(cluster, node)
        ? [{ cluster: cluster.name, node, path: moves.of(path) }]
        : [];
    }),
  );
}

/** Writes the new paths of Kustomizations whose folder moves; `skip`: those that are seen to elsewhere. */
export async function retarget(
  ground: Ground,
  draft: Draft,
  moves: Moves,
  skip: ReadonlySet<string> = new Set(),
): Promise<readonly Retargeted[]> {
  const done: Retargeted[] = [];
  for (const builder of buildersOf(ground, moves)) {
    if (skip.has(keyOf(builder.node.kustomization))) continue;
    const located = await locateKustomization(draft, builder.node);
    const edit = pathEdit(located.tree, builder.path);
    const old = builder.node.kustomization.spec.path;
    const components = componentEdits(located.tree, old, builder.path, (folder) => moves.of(folder));
    await editLocated(draft, located, [edit, ...components]);
    const written = edit.kind === 'put' && edit.value.kind === 'string' ? edit.value.value : '';
    done.push({ ...builder, written });
  }
  return done;
}
