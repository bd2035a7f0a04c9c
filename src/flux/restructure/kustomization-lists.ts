import path from 'node:path';
import type { Edit } from '../../formats/format.ts';
import { kustomizationNames } from '../../manifests/kustomization.ts';
import { stringOf } from '../../tree/mapping.ts';
import { nodeAt } from '../../tree/node-at.ts';
import type { Mapping } from '../../tree/value.ts';
import type { Draft } from './draft.ts';
import { join } from './place-path.ts';
import { bytesOf, editText, piecesOf } from './yaml-pieces.ts';

/** A folder's kustomization.yaml. */
export interface KustomizationFile {
  readonly path: string;
  readonly tree: Mapping;
}

/** Finds the kustomization of a folder; `null`: it has none, and what lies below is found by itself. */
export async function kustomizationIn(draft: Draft, folder: string): Promise<KustomizationFile | null> {
  for (const name of kustomizationNames) {
    const file = join(folder, name);
    const bytes = await draft.read(file);
    if (bytes === null) continue;
    const tree = piecesOf(bytes).find((piece) => piece.tree !== null)?.tree;
    return { path: file, tree: tree ?? { kind: 'mapping', entries: [] } };
  }
  return null;
}

/** Edits a kustomization's one document. */
export async function editKustomizationFile(
  draft: Draft,
  file: string,
  edits: readonly Edit[],
): Promise<void> {
  const pieces = piecesOf(await draft.require(file));
  const at = pieces.findIndex(({ tree }) => tree !== null);
  const edited = pieces.map((piece, index) =>
    index === at || (at < 0 && index === 0) ? { ...piece, text: editText(piece.text, edits) } : piece,
  );
  await draft.write(file, bytesOf(edited));
}

/** The texts of a list in a kustomization, with their indexes. */
export function listed(tree: Mapping, list: string): readonly { text: string; index: number }[] {
  const found = nodeAt(tree, [list]);
  if (found?.kind !== 'sequence') return [];
  return found.items.flatMap((item, index) => (item.kind === 'string' ? [{ text: item.value, index }] : []));
}

/** Takes entries that name one of `targets` (from the repository's top) out of `resources`. Says whether any did. */
export async function unlist(draft: Draft, folder: string, targets: ReadonlySet<string>): Promise<boolean> {
  const file = await kustomizationIn(draft, folder);
  if (file === null) return false;
  const gone = ['resources', 'bases', 'components'].flatMap((list) =>
    listed(file.tree, list)
      .filter(({ text }) => targets.has(join(folder, text)))
      .map(({ index }) => [list, index] as const),
  );
  if (gone.length === 0) return false;
  const edits = gone
    .toReversed()
    .map(([list, index]): Edit => ({ kind: 'remove', branch: 0, path: [list, index] }));
  await editKustomizationFile(draft, file.path, edits);
  return true;
}

/**
 * Lists a file or folder in the `resources` of a folder's kustomization, behind its neighbour where one is named. A folder
 * without a kustomization finds it by itself where it lies in it.
 */
export async function list(draft: Draft, folder: string, target: string): Promise<boolean> {
  const file = await kustomizationIn(draft, folder);
  if (file === null) return false;
  const entry = relative(folder, target);
  const known = listed(file.tree, 'resources');
  if (known.some(({ text }) => join(folder, text) === target)) return true;
  const dotted = known.length > 0 && known.every(({ text }) => /^\.\.?\//.test(text));
  const text = dotted && !entry.startsWith('../') ? `./${entry}` : entry;
  const resources = nodeAt(file.tree, ['resources']);
  const index = resources?.kind === 'sequence' ? resources.items.length : 0;
  await editKustomizationFile(draft, file.path, [
    { kind: 'put', branch: 0, path: ['resources', index], value: stringOf(text) },
  ]);
  return true;
}

/** A path as it is written from a folder. */
export function relative(folder: string, target: string): string {
  const found = path.posix.relative(`/${folder}`, `/${target}`);
  return found === '' ? '.' : found;
}
