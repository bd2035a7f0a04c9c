import { SopskitError } from '../../errors/sopskit-error.ts';
import { kustomizationNames } from '../../manifests/kustomization.ts';
import { entriesOf } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import type { Draft } from './draft.ts';
import type { Item } from './items.ts';
import { type KustomizationFile, kustomizationIn, list } from './kustomization-lists.ts';
import { asResources } from './move-items.ts';
import { folderOf, join, nameOf } from './place-path.ts';
import { writeKustomizationFile } from './placing.ts';
import { takeOut } from './take-out.ts';
import { transformedCopy } from './transformed-copy.ts';

/** One of the Kustomizations that a split makes. */
export interface Part {
  readonly name: string;
  readonly items: readonly Item[];
}

/** Fields of a kustomization that change what it lists; with one of them a part needs its own copy. */
const plainFields = new Set(['apiVersion', 'kind', 'metadata', 'resources', 'bases']);

/** Where a part's folder is made, and what may be done to what lies there. */
export interface Place {
  /** Path of the Kustomization that is split. */
  readonly folder: string;
  /** Whether others build from it too, another cluster's Kustomizations among them: nothing may move. */
  readonly shared: boolean;
}

/**
 * Gives a part a folder that builds its items and nothing else, and returns the folder: the part's own one where it is
 * one folder, else a new one, into which files and single documents move and from which folders are named. In a shared
 * place nothing moves: files are named too.
 */
export async function layOut(draft: Draft, { folder, shared }: Place, part: Part): Promise<string> {
  const above = await kustomizationIn(draft, folder);
  const transforms = above !== null && !isPlain(above.tree);
  const [only, second] = part.items;
  if (!transforms && only?.kind === 'folder' && second === undefined) return only.path;
  const target = shared
    ? await besideFolder(draft, folder, part)
    : await newFolder(draft, folder, part, transforms);
  const listed: string[] = [];
  for (const item of part.items) {
    if (item.kind === 'folder' && item.path === target) continue;
    listed.push(...(await resourcesOf(draft, item, shared ? null : target)));
  }
  if (transforms) await transformedCopy(draft, above, target, listed);
  else await listIn(draft, target, listed, above);
  return target;
}

/** What a part's kustomization lists for an item; `target`: where files move, `null`: nowhere. */
async function resourcesOf(draft: Draft, item: Item, target: string | null): Promise<readonly string[]> {
  if (item.kind === 'folder') return asResources(draft, item.path);
  if (target !== null) return [await takeOut(draft, item, target)];
  if (item.kind === 'file') return [item.path];
  throw new SopskitError(
    'restructure.refused',
    `${item.located.file} has other objects too, and is built by others than this Kustomization`,
    { hint: 'Put its objects into files of their own first, which changes no build; then name the files.' },
  );
}

/** Whether a kustomization only lists. */
export function isPlain(tree: Mapping): boolean {
  return entriesOf(tree).every(({ key }) => typeof key === 'string' && plainFields.has(key));
}

async function listIn(
  draft: Draft,
  target: string,
  listed: readonly string[],
  above: KustomizationFile | null,
): Promise<void> {
  if ((await kustomizationIn(draft, target)) !== null) {
    for (const one of listed) await list(draft, target, one);
    return;
  }
  const inside = listed.every((one) => folderOf(one) === target);
  if (inside && above === null) return; // the controller finds them by itself
  const own = (await draft.below(target)).filter((file) => !listed.includes(file));
  const all = [...new Set([...(own.length > 0 ? await asResources(draft, target) : []), ...listed])];
  await writeKustomizationFile(draft, target, all, above?.path ?? null);
}

async function newFolder(draft: Draft, folder: string, part: Part, transforms: boolean): Promise<string> {
  const inside = join(folder, part.name);
  const isOwnFolder = part.items.some((item) => item.kind === 'folder' && item.path === inside);
  if (isOwnFolder && !transforms) return inside;
  if ((await draft.below(inside)).length === 0) return inside;
  return besideFolder(draft, folder, part);
}

async function besideFolder(draft: Draft, folder: string, part: Part): Promise<string> {
  const beside = join(folderOf(folder), `${nameOf(folder) || 'part'}-${part.name}`);
  if ((await draft.below(beside)).length === 0) return beside;
  throw new SopskitError(
    'restructure.refused',
    `there is no place for the files of ${part.name}: ${beside} is there already`,
    { hint: `Gather what belongs to ${part.name} in one folder first, and name that: ${part.name}=FOLDER.` },
  );
}

/** Takes a kustomization away that nothing uses any more. */
export async function removeUnused(draft: Draft, folder: string, used: ReadonlySet<string>): Promise<void> {
  if (used.has(folder)) return;
  for (const name of kustomizationNames) {
    const file = join(folder, name);
    if (await draft.has(file)) await draft.write(file, null);
  }
}
