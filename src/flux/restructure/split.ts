import { SopskitError } from '../../errors/sopskit-error.ts';
import { keyOf, kustomizationGroup } from '../kustomization.ts';
import type { KustomizationNode } from '../model/model.ts';
import { parseId } from '../object-id.ts';
import { Draft } from './draft.ts';
import {
  find,
  type Ground,
  idsOf,
  isEntry,
  requireBuilt,
  requireFromHere,
  requireKustomization,
} from './ground.ts';
import { type Item, readItem } from './items.ts';
import { objectKey, variationEdits } from './kustomization-text.ts';
import { idOfKustomization, lettingGo, type Owners, releaseStages, takenOver } from './let-go.ts';
import { editLocated, locate, locateKustomization } from './located.ts';
import { mendMentions } from './mentions.ts';
import { replaceManifest } from './placing.ts';
import { protectionRemarks } from './protect.ts';
import { resealMoved } from './resealing.ts';
import { isShared } from './shared-folder.ts';
import { shownObjects } from './shown-objects.ts';
import { layOut, type Part, removeUnused } from './split-layout.ts';
import { assemble, type Stage } from './stage.ts';
import type { Restructuring } from './step.ts';
import { editText } from './yaml-pieces.ts';

export interface SplitRequest {
  /** The Kustomization: `name` or `namespace/name`. */
  readonly name: string;
  readonly into: readonly {
    readonly name: string;
    /** Files, folders, `KIND/NAME`; empty: the subfolder of its name. */
    readonly items: readonly string[];
  }[];
  /** Names of new Kustomizations by the one that waits for them. */
  readonly after: ReadonlyMap<string, readonly string[]>;
}

/**
 * Plans a split (P1): the old Kustomization lets go of everything, which has to be seen live; then one commit takes it out
 * and puts the new ones in. Throws `restructure.refused`, `flux.not-found`, `usage.invalid`.
 */
export async function planSplit(ground: Ground, request: SplitRequest): Promise<Restructuring> {
  const node = requireKustomization(ground.cluster, request.name);
  check(ground, node, request);
  const letGo = await lettingGo(ground, node);
  const split = new Draft(letGo.draft.snapshot());
  const parts = await partsOf(split, node, request);
  const mended = await writeParts(ground, split, node, { parts, request, text: letGo.original });
  const resealed = await resealMoved(ground, split);
  const owners = await ownersOf(ground, split, node, request);
  await divideHealthChecks(split, node, owners);
  const names = request.into.map(({ name }) => name);
  return assemble(
    ground,
    {
      title: splitTitle(request),
      remarks: [
        ...mended.map((one) => `${one} now names ${names.join(' and ')}.`),
        ...resealed,
        ...protectionRemarks(letGo.protection),
      ],
    },
    [letGo.stage, splitStage(split, node, owners), ...(await releaseStages(split, letGo.protection, owners))],
  );
}

/** Names the request, the same however far it got. */
export function splitTitle({ name, into }: SplitRequest): string {
  return `split ${name} into ${into.map((part) => part.name).join(', ')}`;
}

function splitStage(draft: Draft, { kustomization }: KustomizationNode, owners: Owners): Stage {
  const names = [...owners.keys()];
  const key = keyOf(kustomization);
  return {
    title: `${names.map((name) => namedBy(name).name).join(', ')} take over, ${kustomization.name} goes`,
    message: `Split ${kustomization.name} into ${names.map((name) => namedBy(name).name).join(', ')}`,
    draft,
    guards: [{ kind: 'gone', kustomization: key }, ...takenOver(owners)],
    allowed: {
      created: new Set(names.map((name) => idOfKustomization(namedBy(name)))),
      deleted: new Set([idOfKustomization(kustomization)]),
    },
  };
}

function namedBy(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

function check(ground: Ground, node: KustomizationNode, { into }: SplitRequest): void {
  const { name, namespace } = node.kustomization;
  if (isEntry(ground.cluster, node))
    throw new SopskitError('restructure.refused', `${name} is where the cluster begins: it cannot be split`, {
      hint: `Take parts out of it: \`sopskit restructure move ITEM… --from ${name} --to KUSTOMIZATION\`.`,
    });
  requireFromHere(ground.cluster, node);
  requireBuilt(node);
  const names = into.map((part) => part.name);
  const twice = names.find((one, index) => names.indexOf(one) !== index);
  if (twice !== undefined) throw new SopskitError('usage.invalid', `${twice} is named twice`);
  for (const one of names) {
    if (one !== name && find(ground.cluster, `${namespace}/${one}`) !== null)
      throw new SopskitError('restructure.refused', `there is a Kustomization ${one} already`, {
        hint: `Move objects to it: \`sopskit restructure move ITEM… --from ${name} --to ${one}\`.`,
      });
    if (one === name)
      throw new SopskitError('restructure.refused', `${name} cannot be split into itself and others`, {
        hint: `Give all parts new names; or take one out: \`sopskit restructure add\`, then \`sopskit restructure move\`.`,
      });
  }
}

async function partsOf(draft: Draft, node: KustomizationNode, request: SplitRequest): Promise<Part[]> {
  const scope = { folder: node.kustomization.spec.path, objects: requireBuilt(node) };
  const parts: Part[] = [];
  for (const { name, items } of request.into) {
    const found: Item[] = [];
    for (const item of items.length === 0 ? [name] : items) found.push(await readItem(draft, scope, item));
    parts.push({ name, items: found });
  }
  return parts;
}

interface Writing {
  readonly parts: readonly Part[];
  readonly request: SplitRequest;
  /** The old Kustomization's text, before it let go. */
  readonly text: string;
}

async function writeParts(
  ground: Ground,
  draft: Draft,
  node: KustomizationNode,
  { parts, request, text }: Writing,
): Promise<readonly string[]> {
  const old = await locateKustomization(draft, node);
  const folder = node.kustomization.spec.path;
  const folders = new Map<string, string>();
  const place = { folder, shared: await isShared(ground, draft, node) };
  for (const part of parts) folders.set(part.name, await layOut(draft, place, part));
  const made = parts.map((part) => ({
    name: part.name,
    text: editText(
      text,
      variationEdits(old.tree, {
        name: part.name,
        path: folders.get(part.name) ?? folder,
        dependsOn: request.after.get(part.name) ?? [],
      }),
    ),
  }));
  await replaceManifest(draft, old, node.kustomization.name, made);
  await removeUnused(draft, folder, usedFolders(ground, node, folders));
  return mendMentions(
    ground,
    draft,
    node.kustomization,
    request.into.map(({ name }) => name),
  );
}

/** A health check goes with its object; one of an object that a chart makes is waited for by all, as it is there already. */
async function divideHealthChecks(
  draft: Draft,
  { kustomization }: KustomizationNode,
  owners: Owners,
): Promise<void> {
  if (kustomization.spec.healthChecks.length === 0) return;
  for (const [key, ids] of owners) {
    const own = new Set(ids);
    const others = [...owners.values()].flat().filter((id) => !own.has(id));
    const foreign = new Set(others.map((id) => objectKey(parseId(id))));
    const kept = kustomization.spec.healthChecks.map(objectKey).filter((check) => !foreign.has(check));
    const id = { ...namedBy(key), group: kustomizationGroup, kind: 'Kustomization' };
    const located = await locate(draft, await draft.paths(), id);
    if (located !== null)
      await editLocated(draft, located, variationEdits(located.tree, { objects: new Set(kept) }));
  }
}

function usedFolders(
  { cluster, model }: Ground,
  node: KustomizationNode,
  made: ReadonlyMap<string, string>,
): Set<string> {
  const used = new Set(made.values());
  for (const one of model.clusters)
    for (const other of one.kustomizations.values())
      if (one !== cluster || other !== node) used.add(other.kustomization.spec.path);
  return used;
}

/** Says which new Kustomization has which id. Throws where one is in none, or in two. */
async function ownersOf(
  ground: Ground,
  draft: Draft,
  node: KustomizationNode,
  request: SplitRequest,
): Promise<Owners> {
  const model = await ground.workspace.model(draft.snapshot());
  const head = model.clusters.find(({ name }) => name === ground.cluster.name);
  const owners = new Map<string, string[]>();
  const held = new Map<string, string[]>();
  for (const { name } of request.into) {
    const key = `${node.kustomization.namespace}/${name}`;
    const made = head?.kustomizations.get(key);
    if (made === undefined)
      throw new SopskitError(
        'restructure.refused',
        `the new Kustomization ${name} would not be reached from the entry`,
        {
          hint: `List its manifest in a kustomization that ${ground.cluster.entry.kustomization} applies.`,
        },
      );
    const ids = idsOf(made);
    owners.set(key, [...ids]);
    for (const id of ids) held.set(id, [...(held.get(id) ?? []), name]);
  }
  const missing = requireBuilt(node).filter(({ id }) => !held.has(id));
  if (missing.length > 0)
    throw new SopskitError(
      'restructure.refused',
      `${missing.length} objects of ${node.kustomization.name} are in none of the new ones: ${shownObjects(missing.map(({ identity }) => identity))}`,
      {
        hint: 'Name what they lie in too: NAME=PATH,PATH. A generated object goes with the kustomization that makes it.',
      },
    );
  const twice = requireBuilt(node).filter(({ id }) => (held.get(id)?.length ?? 0) > 1);
  if (twice.length > 0)
    throw new SopskitError(
      'restructure.refused',
      `${twice.length} objects would have two owners: ${shownObjects(twice.map(({ identity }) => identity))}`,
      { hint: 'Every object belongs to one of the new Kustomizations.' },
    );
  return owners;
}
