import { SopskitError } from '../../errors/sopskit-error.ts';
import type { BuiltObject } from '../build/build.ts';
import { keyOf } from '../kustomization.ts';
import type { KustomizationNode } from '../model/model.ts';
import { Draft } from './draft.ts';
import { find, type Ground, requireBuilt, requireFromHere, requireKustomization } from './ground.ts';
import { type Item, itemReach, objectNamed, readItem } from './items.ts';
import { moveItems } from './move-items.ts';
import { mannerOf, moveStages } from './move-stages.ts';
import { cleaned } from './place-path.ts';
import { protectionRemarks } from './protect.ts';
import { reachOf } from './references.ts';
import { looksSealed } from './resealing.ts';
import { shownObjects } from './shown-objects.ts';
import { assemble } from './stage.ts';
import type { Restructuring } from './step.ts';

export interface MoveRequest {
  /** Files, folders, `KIND/NAME`. */
  readonly items: readonly string[];
  /** Kustomization that has them; `null`: found by the items. */
  readonly from: string | null;
  readonly to: string;
  /** Folder that they move into, from the repository's top; `null`: the path of the Kustomization they go to. */
  readonly folder: string | null;
  /** Whether nothing is suspended live: three commits instead of one. */
  readonly gitOnly: boolean;
}

/** Names the request, the same however far it got. */
export function moveTitle({ items, to }: MoveRequest): string {
  return `move ${items.join(', ')} to ${to}`;
}

/**
 * Plans a move of objects from one Kustomization to another (P2): the old one rests until every object is the new one's.
 * Where the new one waits for the old, the old one lets go in git instead. Throws `restructure.refused`, `flux.not-found`.
 */
export async function planMove(ground: Ground, request: MoveRequest): Promise<Restructuring> {
  const { cluster } = ground;
  const to = requireKustomization(cluster, request.to);
  const draft = new Draft(ground.snapshot);
  const from =
    request.from === null
      ? await ownerOfItems(ground, draft, request)
      : requireKustomization(cluster, request.from);
  check(ground, from, to);
  const items = await readItems(draft, from, request.items);
  const target = request.folder === null ? to.kustomization.spec.path : cleaned(request.folder);
  const trial = new Draft(ground.snapshot);
  await moveItems(ground, trial, { items, target, root: to.kustomization.spec.path });
  const objects = await movedObjects(ground, trial, from, to);
  const manner = request.gitOnly ? 'git' : await mannerOf(ground, trial, from, to);
  const built = await moveStages(ground, { from, to, objects, manner }, (step) =>
    readItems(step, from, request.items).then((found) =>
      moveItems(ground, step, { items: found, target, root: to.kustomization.spec.path }),
    ),
  );
  return assemble(
    ground,
    { title: moveTitle(request), remarks: [...built.remarks, ...protectionRemarks(built.protection)] },
    built.stages,
  );
}

async function readItems(draft: Draft, from: KustomizationNode, typed: readonly string[]): Promise<Item[]> {
  const scope = { folder: from.kustomization.spec.path, objects: requireBuilt(from) };
  const found: Item[] = [];
  for (const one of typed) found.push(await readItem(draft, scope, one));
  return found;
}

function check({ cluster }: Ground, from: KustomizationNode, to: KustomizationNode): void {
  requireFromHere(cluster, from);
  requireFromHere(cluster, to);
  requireBuilt(from);
  requireBuilt(to);
  if (from === to)
    throw new SopskitError('usage.invalid', `the objects are ${to.kustomization.name}'s already`, {
      hint: 'Within one Kustomization files move as they like: `git mv`, and `sopskit flux plan` to see that nothing leaves.',
    });
}

/** Finds whose the items are. Throws where that is nobody, or several. */
async function ownerOfItems(
  ground: Ground,
  draft: Draft,
  { items, to }: MoveRequest,
): Promise<KustomizationNode> {
  const target = find(ground.cluster, to);
  const owners = new Set<KustomizationNode>();
  for (const node of ground.cluster.kustomizations.values()) {
    if (node === target || node.build.kind !== 'built') continue;
    for (const typed of items) if (await has(draft, node, typed)) owners.add(node);
  }
  const [only, second] = owners;
  if (only !== undefined && second === undefined) return only;
  const names = [...owners].map(({ kustomization }) => kustomization.name).join(', ');
  throw new SopskitError(
    only === undefined ? 'flux.not-found' : 'usage.invalid',
    only === undefined
      ? `no Kustomization but ${to} has ${items.join(', ')}`
      : `several Kustomizations have ${items.join(', ')}: ${names}`,
    { hint: 'Name the one that has it: --from NAME. An item is a file, a folder, or KIND/NAME.' },
  );
}

async function has(draft: Draft, node: KustomizationNode, typed: string): Promise<boolean> {
  const path = cleaned(typed);
  const isFile = await draft.has(path);
  if (!isFile && (await draft.below(path)).length === 0)
    return objectNamed(requireBuilt(node), typed) !== null;
  const { manifests } = await reachOf(draft, node.kustomization.spec.path);
  const item: Item = isFile ? { kind: 'file', path } : { kind: 'folder', path };
  return [...(await itemReach(draft, item)).manifests.keys()].some((file) => manifests.has(file));
}

/** The objects that leave the old Kustomization. Throws where one does not come to the new one under the same id. */
async function movedObjects(
  ground: Ground,
  draft: Draft,
  from: KustomizationNode,
  to: KustomizationNode,
): Promise<readonly BuiltObject[]> {
  await requireDecryption(draft, from, to);
  const model = await ground.workspace.model(draft.snapshot());
  const head = model.clusters.find(({ name }) => name === ground.cluster.name);
  const [left, taken] = [from, to].map(({ kustomization }) => {
    const node = head?.kustomizations.get(keyOf(kustomization));
    if (node?.build.kind === 'failed')
      throw new SopskitError(
        'restructure.refused',
        `${kustomization.name} could not be built any more: ${node.build.message}`,
        {
          hint: `If nothing of ${kustomization.name} is to stay, rename it, or split it into others.`,
        },
      );
    return new Set(node === undefined ? [] : requireBuilt(node).map(({ id }) => id));
  });
  const moved = requireBuilt(from).filter(({ id }) => left?.has(id) === false);
  if (moved.length === 0)
    throw new SopskitError('restructure.refused', `nothing would leave ${from.kustomization.name}`, {
      hint: `What moves has to lie outside of ${from.kustomization.spec.path || 'the top folder'} then, or out of its kustomization's lists: name another --folder.`,
    });
  const lost = moved.filter(({ id }) => taken?.has(id) !== true);
  if (lost.length > 0)
    throw new SopskitError(
      'restructure.refused',
      `${shownObjects(lost.map(({ identity }) => identity))} would not be in ${to.kustomization.name} under the same name`,
      {
        hint: `Look at what ${to.kustomization.name} does to what it builds: targetNamespace, namePrefix, patches.`,
      },
    );
  return moved;
}

/** Without decryption the controller stores the ciphertext of a Secret as its value, and says that all is well. */
async function requireDecryption(
  draft: Draft,
  from: KustomizationNode,
  to: KustomizationNode,
): Promise<void> {
  const [old, own] = [from, to].map(({ kustomization }) => kustomization.spec.decryption);
  for (const path of draft.moved.values()) {
    const bytes = await draft.read(path);
    if (bytes === null || !looksSealed(bytes)) continue;
    const { name } = to.kustomization;
    if (own === null || own === undefined)
      throw new SopskitError('restructure.refused', `${path} is encrypted, and ${name} does not decrypt`, {
        hint: `Give ${name} the spec.decryption of ${from.kustomization.name}, push that, and wait until it is Ready.`,
      });
    if (old?.secretName === own.secretName) return;
    throw new SopskitError(
      'restructure.refused',
      `${path} is encrypted, and ${name} decrypts with another Secret (${own.secretName ?? "the controller's"}) than ${from.kustomization.name} (${old?.secretName ?? "the controller's"})`,
      { hint: `Give both one Secret first, or seal the file for the keys of ${name}.` },
    );
  }
}
