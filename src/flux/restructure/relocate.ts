import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Edit } from '../../formats/format.ts';
import { isKustomizationName } from '../../manifests/kustomization.ts';
import { stringOf } from '../../tree/mapping.ts';
import { type Draft, isBelow } from './draft.ts';
import { editKustomizationFile, kustomizationIn, relative } from './kustomization-lists.ts';
import { folderOf, join } from './place-path.ts';
import { referencesOf } from './references.ts';

/** Files, and folders whole, by where they come to lie. */
export class Moves {
  readonly files: ReadonlyMap<string, string>;
  readonly folders: ReadonlyMap<string, string>;

  constructor(files: ReadonlyMap<string, string>, folders: ReadonlyMap<string, string>) {
    this.files = files;
    this.folders = folders;
  }

  /** Where a file or folder is then. */
  of(path: string): string {
    const file = this.files.get(path);
    if (file !== undefined) return file;
    for (const [from, to] of this.folders) {
      if (path === from) return to;
      if (isBelow(path, from)) return join(to, path.slice(from.length + 1));
    }
    return path;
  }
}

/** Makes the moves of files and folders (each from what is there now) known by their files. */
export async function movesOf(
  draft: Draft,
  pairs: readonly { readonly from: string; readonly to: string }[],
): Promise<Moves> {
  const files = new Map<string, string>();
  const folders = new Map<string, string>();
  for (const { from, to } of pairs) {
    const [odd] = await draft.unmovable(from);
    if (odd !== undefined)
      throw new SopskitError('restructure.refused', `${odd} is a link or a submodule, which is not moved`, {
        hint: 'Put a file in its place first, or move it by hand before.',
      });
    if (await draft.has(from)) {
      files.set(from, to);
      continue;
    }
    folders.set(from, to);
    for (const file of await draft.below(from)) files.set(file, join(to, relative(from, file)));
  }
  return new Moves(files, folders);
}

/** Moves the files, or copies them, and mends what kustomizations name from their folders. */
export async function relocate(draft: Draft, moves: Moves, manner: 'move' | 'copy' = 'move'): Promise<void> {
  const kustomizations = (await draft.paths()).filter(isKustomizationName);
  const contents = new Map<string, Uint8Array>();
  for (const from of moves.files.keys()) contents.set(from, await draft.require(from));
  const mended: { readonly file: string; readonly edits: readonly Edit[] }[] = [];
  for (const file of kustomizations) {
    const isMoved = moves.files.has(file);
    if (manner === 'copy' && !isMoved) continue;
    const edits = await mendedReferences(draft, file, moves);
    if (edits.length > 0) mended.push({ file: moves.of(file), edits });
  }
  if (manner === 'move') for (const from of moves.files.keys()) await draft.write(from, null);
  for (const [from, to] of moves.files) {
    await draft.write(to, contents.get(from) ?? new Uint8Array());
    draft.moved.set(from, to);
  }
  for (const { file, edits } of mended) await editKustomizationFile(draft, file, edits);
}

/** Edits for references of one kustomization that no longer lead where they did. */
async function mendedReferences(draft: Draft, file: string, moves: Moves): Promise<Edit[]> {
  const folder = folderOf(file);
  const found = await kustomizationIn(draft, folder);
  if (found === null || found.path !== file) return [];
  const newFolder = folderOf(moves.of(file));
  return referencesOf(found.tree).flatMap(({ path, text, before }): Edit[] => {
    const target = join(folder, text);
    const now = moves.of(target);
    if (join(newFolder, text) === now) return [];
    const written = relative(newFolder, now);
    const value = text.startsWith('./') && !written.startsWith('.') ? `./${written}` : written;
    return [{ kind: 'put', branch: 0, path, value: stringOf(before + value) }];
  });
}
