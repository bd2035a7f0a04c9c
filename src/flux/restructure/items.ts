import { SopskitError } from '../../errors/sopskit-error.ts';
import { nearest } from '../../errors/suggestion.ts';
import type { BuiltObject } from '../build/build.ts';
import { showObject } from '../object-id.ts';
import type { Draft } from './draft.ts';
import { isAlone, type Located, locate } from './located.ts';
import { cleaned, join } from './place-path.ts';
import { type Reach, reachOf } from './references.ts';

/** Something to move: as it lies in the repository. */
export type Item =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string }
  /** A document of a file with others. */
  | { readonly kind: 'object'; readonly located: Located; readonly object: BuiltObject };

/** Where items are looked for. */
export interface ItemScope {
  /** Path of the Kustomization whose they are. */
  readonly folder: string;
  readonly objects: readonly BuiltObject[];
}

/**
 * Reads an item as typed: a file or folder, from the repository's top or from the Kustomization's path, or
 * `KIND/NAME`, `KIND/NAMESPACE/NAME`. Throws `flux.not-found`.
 */
export async function readItem(draft: Draft, scope: ItemScope, typed: string): Promise<Item> {
  for (const path of [cleaned(typed), join(scope.folder, cleaned(typed))]) {
    if (path === '' || path === scope.folder) continue;
    if (await draft.has(path)) return { kind: 'file', path };
    if ((await draft.below(path)).length > 0) return { kind: 'folder', path };
  }
  const object = objectNamed(scope.objects, typed);
  if (object === null) throw await noSuchItem(draft, scope, typed);
  const { manifests } = await reachOf(draft, scope.folder);
  const located = await locate(draft, [...manifests.keys()], object.identity);
  if (located === null)
    throw new SopskitError(
      'restructure.refused',
      `it cannot be told in which file ${showObject(object.identity)} is written`,
      { hint: 'Name the file or folder instead: a generated or patched object moves with what makes it.' },
    );
  return isAlone(located) ? { kind: 'file', path: located.file } : { kind: 'object', located, object };
}

/** Finds a built object by `KIND/NAME` or `KIND/NAMESPACE/NAME`. Throws `usage.invalid` where several have the name. */
export function objectNamed(objects: readonly BuiltObject[], typed: string): BuiltObject | null {
  const parts = typed.split('/');
  if (parts.length < 2 || parts.length > 3) return null;
  const [kind = '', name = ''] = [parts[0], parts.at(-1)];
  const found = objects.filter(
    ({ identity }) =>
      identity.kind.toLowerCase() === kind.toLowerCase() &&
      identity.name === name &&
      (parts.length === 2 || identity.namespace === parts[1]),
  );
  if (found.length > 1)
    throw new SopskitError('usage.invalid', `there are ${found.length} objects ${typed}`, {
      hint: `Name its namespace: ${found.map(({ identity }) => `${identity.kind}/${identity.namespace}/${name}`).join(', ')}.`,
    });
  return found[0] ?? null;
}

/** Whether a built object is written in one of the item's files. */
export async function itemReach(draft: Draft, item: Item): Promise<Reach> {
  if (item.kind === 'folder') return reachOf(draft, item.path);
  const file = item.kind === 'file' ? item.path : item.located.file;
  return { manifests: new Map([[file, file]]), folders: new Set(), others: new Set() };
}

async function noSuchItem(
  draft: Draft,
  { folder, objects }: ItemScope,
  typed: string,
): Promise<SopskitError> {
  const paths = await draft.below(folder);
  const near = nearest(typed, [
    ...paths,
    ...objects.map(({ identity }) => `${identity.kind}/${identity.name}`),
  ]);
  return new SopskitError(
    'flux.not-found',
    `${typed} is neither a file, nor a folder, nor an object (KIND/NAME) of ${folder === '' ? 'the repository' : folder}`,
    near === null ? {} : { hint: `Did you mean ${near}?` },
  );
}
