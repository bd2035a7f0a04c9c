import { SopskitError } from '../../errors/sopskit-error.ts';
import { stringOf } from '../../tree/mapping.ts';
import { keyOf } from '../kustomization.ts';
import type { KustomizationNode } from '../model/model.ts';
import { Draft, isWithin } from './draft.ts';
import {
  type Ground,
  idsOf,
  isEntry,
  requireBuilt,
  requireFromHere,
  requireKustomization,
} from './ground.ts';
import { planMoveSync } from './move-sync.ts';
import { cleaned } from './place-path.ts';
import { type Moves, movesOf, relocate } from './relocate.ts';
import { removeOld } from './remove-old.ts';
import { resealMoved } from './resealing.ts';
import { buildersOf, type Retargeted, retarget } from './retarget.ts';
import { assemble, type Stage } from './stage.ts';
import type { Guard, Restructuring } from './step.ts';

export interface MovePathRequest {
  /** The Kustomization: `name` or `namespace/name`. */
  readonly name: string;
  /** Folder, from the repository's top. */
  readonly to: string;
}

/** Names the request, the same however far it got. */
export function movePathTitle({ name, to }: MovePathRequest): string {
  return `move ${name} to the folder ${cleaned(to)}`;
}

/**
 * Plans another path for a Kustomization (P3), or for the one where the cluster begins (P4). One commit where the old
 * folder vanishes with it and the plan is safe; else the new folder comes first, and the old one goes when the new path
 * is seen live. Throws `restructure.refused`, `flux.not-found`.
 */
export async function planMovePath(ground: Ground, request: MovePathRequest): Promise<Restructuring> {
  const node = requireKustomization(ground.cluster, request.name);
  requireFromHere(ground.cluster, node);
  requireBuilt(node);
  const pair = { from: node.kustomization.spec.path, to: cleaned(request.to) };
  await requireFree(ground, node, pair.to);
  const asked = { title: movePathTitle(request), ...pair };
  if (isEntry(ground.cluster, node)) return planMoveSync(ground, node, asked);
  if (pair.from === '')
    throw new SopskitError(
      'restructure.refused',
      `${request.name} builds the repository's top, which cannot move`,
      {
        hint: `Move what is in it: \`sopskit restructure split ${request.name} …\`.`,
      },
    );
  try {
    return await inOneCommit(ground, node, asked);
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code !== 'restructure.refused') throw error;
    return copyFirst(ground, node, asked);
  }
}

export interface PathPair {
  readonly title: string;
  readonly from: string;
  readonly to: string;
}

async function requireFree({ snapshot }: Ground, node: KustomizationNode, to: string): Promise<void> {
  const { path } = node.kustomization.spec;
  if (to === path)
    throw new SopskitError('usage.invalid', `the path is ${to === '' ? 'the top' : to} already`);
  if (to === '' || to.startsWith('../'))
    throw new SopskitError('usage.invalid', 'the new path has to be a folder of the repository');
  const draft = new Draft(snapshot);
  if (
    (await draft.has(to)) ||
    (path !== to && (await draft.below(to)).some((file) => !file.startsWith(`${path}/`)))
  )
    throw new SopskitError('restructure.refused', `${to} is there already, with files of its own`, {
      hint: 'Name a folder that is not there yet: what lies in it would be applied too.',
    });
}

async function inOneCommit(
  ground: Ground,
  node: KustomizationNode,
  { title, from, to }: PathPair,
): Promise<Restructuring> {
  const draft = new Draft(ground.snapshot);
  const moves = await movesOf(draft, [{ from, to }]);
  await relocate(draft, moves);
  const retargeted = await retarget(ground, draft, moves);
  await requireInSource(ground, draft, node, to);
  const resealed = await resealMoved(ground, draft);
  const stage: Stage = {
    title: `${node.kustomization.name} builds ${to}`,
    message: `Move ${from} to ${to}`,
    draft,
    guards: retargetedGuards(ground, retargeted),
  };
  return assemble(ground, { title, remarks: [...resealed, ...elsewhere(ground, retargeted)] }, [stage]);
}

/** What ignore rules of the source leave out never comes to the cluster. */
async function requireInSource(
  ground: Ground,
  draft: Draft,
  node: KustomizationNode,
  to: string,
): Promise<void> {
  const model = await ground.workspace.model(draft.snapshot());
  const head = model.clusters.find(({ name }) => name === ground.cluster.name);
  const tree = head?.kustomizations.get(keyOf(node.kustomization))?.tree;
  if (tree == null || tree.files.some(({ path }) => isWithin(path, to))) return;
  throw new SopskitError(
    'usage.invalid',
    `${node.source} leaves ${to} out: its ignore rules keep it from the cluster`,
    {
      hint: 'Take it into .sourceignore (`!/folder/`), or spec.ignore of the source, and push that first; or name another folder.',
    },
  );
}

async function copyFirst(
  ground: Ground,
  node: KustomizationNode,
  { title, from, to }: PathPair,
): Promise<Restructuring> {
  const copy = new Draft(ground.snapshot);
  const moves = await movesOf(copy, [{ from, to }]);
  requireHere(ground, moves);
  await relocate(copy, moves, 'copy');
  const retargeted = await retarget(ground, copy, moves);
  const resealed = await resealMoved(ground, copy);
  const away = new Draft(copy.snapshot());
  await removeOld(away, moves);
  const guards = retargetedGuards(ground, retargeted);
  return assemble(ground, { title, remarks: resealed }, [
    {
      title: `${to} comes, and ${node.kustomization.name} builds it`,
      message: `Copy ${from} to ${to}, and build it`,
      draft: copy,
      guards,
    },
    { title: `${from} goes`, message: `Remove ${from}`, draft: away, guards },
  ]);
}

/** Only one cluster is seen live: what two build does not move in two steps. */
function requireHere(ground: Ground, moves: Moves): void {
  const others = buildersOf(ground, moves).filter(({ cluster }) => cluster !== ground.cluster.name);
  if (others.length === 0) return;
  throw new SopskitError(
    'restructure.refused',
    `${others.map(({ cluster, node }) => `${keyOf(node.kustomization)} of ${cluster}`).join(', ')} builds the folder too`,
    { hint: 'Copy the folder for one cluster first, and move that cluster to the copy.' },
  );
}

function elsewhere(ground: Ground, retargeted: readonly Retargeted[]): readonly string[] {
  return retargeted
    .filter(({ cluster }) => cluster !== ground.cluster.name)
    .map(({ cluster, node }) => `${keyOf(node.kustomization)} of ${cluster} moves with it: look there too.`);
}

/** What sees Kustomizations build their new paths. */
export function retargetedGuards(ground: Ground, retargeted: readonly Retargeted[]): Guard[] {
  return retargeted
    .filter(({ cluster }) => cluster === ground.cluster.name)
    .flatMap(({ node, written }): Guard[] => {
      const kustomization = keyOf(node.kustomization);
      return [
        { kind: 'field', kustomization, path: ['spec', 'path'], value: stringOf(written) },
        { kind: 'ready', kustomization },
        ...(node.build.kind === 'built'
          ? [{ kind: 'inventory' as const, kustomization, has: idsOf(node) }]
          : []),
      ];
    });
}
