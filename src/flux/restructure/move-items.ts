import { type Draft, isWithin } from './draft.ts';
import type { Ground } from './ground.ts';
import type { Item } from './items.ts';
import { kustomizationIn, list } from './kustomization-lists.ts';
import { folderOf } from './place-path.ts';
import { reachOf } from './references.ts';
import { Moves, movesOf } from './relocate.ts';
import { retarget } from './retarget.ts';
import { takeOut } from './take-out.ts';

/** Where items move. */
export interface ItemTarget {
  readonly items: readonly Item[];
  /** Folder that they come to lie in. */
  readonly target: string;
  /** Path of the Kustomization that is to have them. */
  readonly root: string;
}

/** Moves items in the repository: files, lists, references, and paths of Kustomizations that build what moves. */
export async function moveItems(
  ground: Ground,
  draft: Draft,
  { items, target, root }: ItemTarget,
): Promise<void> {
  for (const item of items) {
    const to = await takeOut(draft, item, target);
    if (item.kind === 'folder') {
      const moves = await movesOf(draft, [{ from: to, to }]);
      await retarget(ground, draft, movedFolder(moves.files, item.path, to));
    }
    for (const one of item.kind === 'folder' ? await asResources(draft, to) : [to])
      await listUp(draft, root, one);
  }
}

function movedFolder(files: ReadonlyMap<string, string>, from: string, to: string): Moves {
  return new Moves(files, new Map([[from, to]]));
}

/** Lists a file or folder in the nearest kustomization above it, up to the Kustomization's own folder. */
async function listUp(draft: Draft, root: string, target: string): Promise<void> {
  for (let folder = folderOf(target); isWithin(folder, root); folder = folderOf(folder)) {
    if ((await kustomizationIn(draft, folder)) !== null) {
      await list(draft, folder, target);
      return;
    }
    if (folder === root) return; // without a kustomization it is found by itself
  }
}

/** A folder as `resources` can have it: by its kustomization, else file by file. */
export async function asResources(draft: Draft, folder: string): Promise<readonly string[]> {
  if ((await kustomizationIn(draft, folder)) !== null) return [folder];
  const { manifests, folders } = await reachOf(draft, folder);
  const nested = [...folders].filter((one) => one !== folder);
  const tops = nested.filter((one) => !nested.some((other) => other !== one && one.startsWith(`${other}/`)));
  const direct = [...manifests].flatMap(([file, by]) => (by === folder ? [file] : []));
  return [...tops, ...direct];
}
