import { SopskitError } from '../../errors/sopskit-error.ts';
import { stringOf } from '../../tree/mapping.ts';
import { keyOf } from '../kustomization.ts';
import type { KustomizationNode } from '../model/model.ts';
import { Draft, isBelow, isWithin } from './draft.ts';
import type { Ground } from './ground.ts';
import { kustomizationIn } from './kustomization-lists.ts';
import { pathEdit } from './kustomization-text.ts';
import { editLocated, identityOf, type Located, locate, locateKustomization } from './located.ts';
import { asResources } from './move-items.ts';
import { type PathPair, retargetedGuards } from './move-path.ts';
import { writeKustomizationFile } from './placing.ts';
import { reachOf } from './references.ts';
import { Moves, movesOf, relocate } from './relocate.ts';
import { removeOld } from './remove-old.ts';
import { resealMoved } from './resealing.ts';
import { retarget } from './retarget.ts';
import { assemble } from './stage.ts';
import type { Guard, Restructuring } from './step.ts';

/**
 * Plans another sync path (P4). Nested in an old path that finds its manifests by itself, one commit does it; else both
 * folders are there until the cluster is seen to sync from the new one.
 */
export async function planMoveSync(
  ground: Ground,
  node: KustomizationNode,
  pair: PathPair,
): Promise<Restructuring> {
  requireSync(ground, node);
  if (isWithin(pair.to, pair.from)) {
    try {
      return await nested(ground, node, pair);
    } catch (error) {
      if (!(error instanceof SopskitError) || error.code !== 'restructure.refused') throw error;
    }
  }
  return doubled(ground, node, pair);
}

function requireSync({ cluster }: Ground, node: KustomizationNode): void {
  const { kind, file } = cluster.entry;
  if (kind === 'gotk-sync' && file !== null && isWithin(file, node.kustomization.spec.path)) return;
  throw new SopskitError(
    'restructure.refused',
    kind === 'flux-instance'
      ? "the sync path is the FluxInstance's (spec.sync.path), which the operator writes into the cluster"
      : 'where the cluster begins is not written in this repository',
    {
      hint:
        kind === 'flux-instance'
          ? 'Copy the folder, commit, set spec.sync.path of the FluxInstance, wait until flux-system is Ready at it, then remove the old folder.'
          : 'Copy the folder, commit, run `flux bootstrap` with the new --path, and remove the old folder when flux-system is Ready.',
    },
  );
}

/** Everything moves in one commit: the old path still finds it, and so gets to know the new one. */
async function nested(
  ground: Ground,
  node: KustomizationNode,
  { title, from, to }: PathPair,
): Promise<Restructuring> {
  const draft = new Draft(ground.snapshot);
  const moves = await movesOfSync(draft, from, to);
  await relocate(draft, moves);
  const retargeted = await retarget(ground, draft, moves, new Set([keyOf(node.kustomization)]));
  await setPath(draft, await locateKustomization(draft, node), to);
  const resealed = await resealMoved(ground, draft);
  return assemble(ground, { title, remarks: [...resealed, afterwards(to)] }, [
    {
      title: `the cluster syncs from ${to}`,
      message: `Move the sync path to ${to}`,
      draft,
      guards: [...syncGuards(node, to), ...retargetedGuards(ground, retargeted)],
    },
  ]);
}

async function doubled(
  ground: Ground,
  node: KustomizationNode,
  { title, from, to }: PathPair,
): Promise<Restructuring> {
  const both = new Draft(ground.snapshot);
  const moves = await movesOfSync(both, from, to);
  const sync = await locateKustomization(both, node);
  await relocate(both, moves, 'copy');
  if (isBelow(from, to) && (await kustomizationIn(both, to)) === null) await listCopies(both, moves, to);
  // the children of the new copy build new paths; the old copy stays as it is but for its own path
  const old = new Map<string, Uint8Array>();
  for (const file of moves.files.keys()) old.set(file, await both.require(file));
  for (const file of moves.files.keys()) await both.write(file, null);
  const retargeted = await retarget(ground, both, moves, new Set([keyOf(node.kustomization)]));
  await setPath(both, await locateCopy(both, moves.of(sync.file), sync), to);
  for (const [file, bytes] of old) await both.write(file, bytes);
  await setPath(both, await locateCopy(both, sync.file, sync), to);
  const resealed = await resealMoved(ground, both);
  const away = new Draft(both.snapshot());
  await removeOld(away, moves);
  const guards = [...syncGuards(node, to), ...retargetedGuards(ground, retargeted)];
  return assemble(ground, { title, remarks: [...resealed, afterwards(to)] }, [
    {
      title: `${to} comes, and the cluster syncs from it`,
      message: `Copy the sync path to ${to}, and sync from it`,
      draft: both,
      guards,
    },
    {
      title: `${from === '' ? 'the old copy' : from} goes`,
      message: `Remove the old sync path`,
      draft: away,
      guards,
    },
  ]);
}

/** All files of the folder; of the repository's top only what the build reads. */
async function movesOfSync(draft: Draft, from: string, to: string): Promise<Moves> {
  if (from !== '') return movesOf(draft, [{ from, to }]);
  const { manifests, others } = await reachOf(draft, '');
  const files = [...manifests.keys(), ...others].map((file) => [file, `${to}/${file}`] as const);
  return new Moves(new Map(files), new Map());
}

async function setPath(draft: Draft, located: Located, to: string): Promise<void> {
  await editLocated(draft, located, [pathEdit(located.tree, to)]);
}

async function locateCopy(draft: Draft, file: string, { tree }: Located): Promise<Located> {
  const found = await locate(draft, [file], identityOf(tree));
  if (found === null)
    throw new SopskitError('restructure.refused', `${file} does not have the sync Kustomization`);
  return found;
}

/** A new path above the old one would find the old copy too: it lists the new one only. */
async function listCopies(draft: Draft, moves: Moves, to: string): Promise<void> {
  const copied = new Set(moves.files.values());
  const tops = new Set([...copied].map((file) => file.slice(to.length + 1).split('/')[0] ?? ''));
  const targets: string[] = [];
  for (const top of tops) {
    const path = `${to}/${top}`;
    if (copied.has(path)) targets.push(...(/\.ya?ml$/.test(top) ? [path] : []));
    else targets.push(...(await asResources(draft, path)));
  }
  await writeKustomizationFile(draft, to, targets.sort(), null);
}

function syncGuards({ kustomization }: KustomizationNode, to: string): Guard[] {
  const key = keyOf(kustomization);
  const edit = pathEdit(kustomization.manifest, to);
  const value = edit.kind === 'put' ? edit.value : stringOf(to);
  return [
    { kind: 'field', kustomization: key, path: ['spec', 'path'], value },
    { kind: 'ready', kustomization: key },
  ];
}

function afterwards(to: string): string {
  return `From now on \`flux bootstrap\` takes --path=${to}: with the old one it would refuse, or write the old folder anew.`;
}
