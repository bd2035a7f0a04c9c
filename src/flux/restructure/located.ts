import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Edit } from '../../formats/format.ts';
import { textAt } from '../../manifests/kubernetes-object.ts';
import { valueAt } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import { kustomizationGroup } from '../kustomization.ts';
import type { KustomizationNode } from '../model/model.ts';
import type { ObjectId } from '../object-id.ts';
import type { Draft } from './draft.ts';
import { isYamlName } from './place-path.ts';
import { bytesOf, editText, isEmptyText, type Piece, piecesOf, withoutPiece } from './yaml-pieces.ts';

/** Where an object is written: a document of a file. */
export interface Located {
  readonly file: string;
  readonly index: number;
  readonly pieces: readonly Piece[];
  readonly tree: Mapping;
}

/** What a document says of its object; `namespace` is empty where it names none. */
export function identityOf(tree: Mapping): ObjectId {
  const metadata = valueAt(tree, 'metadata');
  const named = metadata?.kind === 'mapping' ? metadata : { kind: 'mapping' as const, entries: [] };
  const apiVersion = textAt(tree, 'apiVersion');
  const slash = apiVersion.lastIndexOf('/');
  return {
    namespace: textAt(named, 'namespace'),
    name: textAt(named, 'name'),
    group: slash < 0 ? '' : apiVersion.slice(0, slash),
    kind: textAt(tree, 'kind'),
  };
}

/** Lists the objects of a YAML file; none where it cannot be read as manifests. */
export async function objectsIn(draft: Draft, file: string): Promise<readonly Located[]> {
  const bytes = await draft.read(file);
  if (bytes === null) return [];
  const pieces = readPieces(bytes);
  return pieces.flatMap(({ tree }, index) =>
    tree === null || textAt(tree, 'kind') === '' ? [] : [{ file, index, pieces, tree }],
  );
}

/**
 * Finds where an object is written among files: by kind, group and name; of several the one of its namespace. `null`
 * where there is none, or more than one.
 */
export async function locate(draft: Draft, files: readonly string[], id: ObjectId): Promise<Located | null> {
  const found: Located[] = [];
  for (const file of files.filter(isYamlName)) {
    const bytes = await draft.read(file);
    if (bytes === null || !Buffer.from(bytes).includes(id.name)) continue;
    found.push(...(await objectsIn(draft, file)).filter(({ tree }) => isOf(identityOf(tree), id)));
  }
  const exact = found.filter(({ tree }) => identityOf(tree).namespace === id.namespace);
  const [only, second] = exact.length > 0 ? exact : found;
  return only !== undefined && second === undefined ? only : null;
}

function isOf(written: ObjectId, id: ObjectId): boolean {
  return written.kind === id.kind && written.group === id.group && written.name === id.name;
}

/** Finds the manifest of a Kustomization of Flux. Throws `restructure.refused` where it is not to be told. */
export async function locateKustomization(draft: Draft, node: KustomizationNode): Promise<Located> {
  const { namespace, name } = node.kustomization;
  const id = { namespace, name, group: kustomizationGroup, kind: 'Kustomization' };
  const near = node.place?.file === undefined ? null : await locate(draft, [node.place.file], id);
  const found = near ?? (await locate(draft, await draft.paths(), id));
  if (found !== null) return found;
  throw new SopskitError(
    'restructure.refused',
    `it cannot be told in which file Kustomization ${namespace}/${name} is written`,
    {
      hint: 'A restructuring edits manifests that are written out: not those that a generator makes, that a patch names, or that stand in several places.',
    },
  );
}

/** Edits an object where it is written. `branch` of every edit is 0. */
export async function editLocated(
  draft: Draft,
  { file, index, pieces }: Located,
  edits: readonly Edit[],
): Promise<void> {
  const edited = pieces.map((piece, at) =>
    at === index ? { ...piece, text: editText(piece.text, edits) } : piece,
  );
  await draft.write(file, bytesOf(edited));
}

/** Takes an object out of its file; a file with nothing else in it goes. Says whether the file went. */
export async function removeLocated(draft: Draft, { file, index, pieces }: Located): Promise<boolean> {
  const rest = withoutPiece(pieces, index);
  await draft.write(file, rest);
  return rest === null;
}

/** Whether the file holds this object and no other. */
export function isAlone({ pieces, index }: Located): boolean {
  return pieces.every(({ text }, at) => at === index || isEmptyText(text));
}

function readPieces(bytes: Uint8Array): readonly Piece[] {
  try {
    return piecesOf(bytes);
  } catch (error) {
    if (error instanceof SopskitError) return [];
    throw error;
  }
}
