import { SopskitError } from '../../errors/sopskit-error.ts';
import type { BuiltObject } from '../build/build.ts';
import { keyOf } from '../kustomization.ts';
import type { KustomizationNode } from '../model/model.ts';
import { parseId } from '../object-id.ts';
import { Draft, isWithin } from './draft.ts';
import { type Ground, requireBuilt, requireFromHere } from './ground.ts';
import { kustomizationIn, list } from './kustomization-lists.ts';
import { cleaned, folderOf, join } from './place-path.ts';
import { shownObjects } from './shown-objects.ts';
import { assemble, type Stage } from './stage.ts';
import type { Guard, Restructuring } from './step.ts';

/** A file that brings objects of the cluster into the repository; a Secret in it is encrypted. */
export interface AdoptedFile {
  /** From the repository's top. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What is adopted, and by which Kustomization. */
export interface Adoption {
  /** As it was asked for: names the request, whatever the cluster holds. */
  readonly title: string;
  readonly target: KustomizationNode;
  readonly files: readonly AdoptedFile[];
  /** Inventory ids of the objects that the target is to have. */
  readonly ids: readonly string[];
  readonly remarks: readonly string[];
}

/** An adoption that is written into a draft, and what its Kustomization then builds of it. */
export interface DraftedAdoption {
  readonly draft: Draft;
  /** By id. */
  readonly built: ReadonlyMap<string, BuiltObject>;
}

/**
 * Writes the files of an adoption, lists them where the Kustomization's path has kustomizations, and builds it. Throws
 * `restructure.refused` where a file is there already, where an object would not be built, or under another name.
 */
export async function draftAdoption(ground: Ground, adoption: Adoption): Promise<DraftedAdoption> {
  const { target, files, ids } = adoption;
  requireFromHere(ground.cluster, target);
  const before = new Set(requireBuilt(target).map(({ id }) => id));
  const known = ids.filter((id) => before.has(id));
  if (known.length > 0)
    throw new SopskitError(
      'restructure.refused',
      `${target.kustomization.name} has ${shownObjects(known.map(parseId))} in the repository already`,
    );
  const draft = new Draft(ground.snapshot);
  for (const { path, bytes } of files) {
    if (await draft.has(path))
      throw new SopskitError('restructure.refused', `there is a file ${path} already`, {
        hint: 'Name another folder: --folder FOLDER.',
      });
    await draft.write(path, bytes);
    await enlist(draft, target.kustomization.spec.path, path);
  }
  const model = await ground.workspace.model(draft.snapshot());
  const node = model.clusters
    .find(({ name }) => name === ground.cluster.name)
    ?.kustomizations.get(keyOf(target.kustomization));
  const objects = node === undefined ? [] : requireBuilt(node);
  const built = new Map(objects.map((one) => [one.id, one]));
  const missing = ids.filter((id) => !built.has(id));
  if (missing.length > 0)
    throw notBuilt(
      missing,
      objects.filter(({ id }) => !before.has(id)),
      target,
    );
  return { draft, built };
}

/** Plans the one step of an adoption. Throws `restructure.refused` where it would do more than that. */
export function planAdoption(ground: Ground, adoption: Adoption, draft: Draft): Promise<Restructuring> {
  const { title, target, ids, remarks } = adoption;
  const kustomization = keyOf(target.kustomization);
  const { name } = target.kustomization;
  const stage: Stage = {
    title: `${name} takes over ${shownObjects(ids.map(parseId))}`,
    message: `Adopt ${adoptedText(ids)} into ${name}`,
    draft,
    guards: [
      { kind: 'ready', kustomization },
      { kind: 'inventory', kustomization, has: ids },
      ...ids.map((id): Guard => ({ kind: 'owner', id, kustomization })),
    ],
    allowed: { created: new Set(ids) },
  };
  return assemble(ground, { title, remarks }, [stage]);
}

/** Lists a file in the nearest kustomization above it that is the Kustomization's own; without any it is found by itself. */
async function enlist(draft: Draft, top: string, file: string): Promise<void> {
  for (let folder = folderOf(file); ; folder = folderOf(folder)) {
    if ((await kustomizationIn(draft, folder)) !== null) {
      await list(draft, folder, file);
      return;
    }
    if (folder === top || folder === '') return;
  }
}

function notBuilt(
  missing: readonly string[],
  added: readonly BuiltObject[],
  { kustomization }: KustomizationNode,
): SopskitError {
  const shown = shownObjects(missing.map(parseId));
  const instead = added.length === 0 ? '' : `, but ${shownObjects(added.map(({ identity }) => identity))}`;
  return new SopskitError(
    'restructure.refused',
    `${kustomization.name} would not apply ${shown}${instead}: a new object would be made, and the live one not adopted`,
    {
      hint: 'Its targetNamespace, namePrefix, nameSuffix and kustomizations decide that: adopt into a Kustomization that leaves names as they are, and has its folder (--folder) in its path.',
    },
  );
}

/** For a commit's first line: `ConfigMap apps/one and 4 more`. */
function adoptedText(ids: readonly string[]): string {
  const shown = shownObjects(ids.slice(0, 3).map(parseId));
  return ids.length > 3 ? `${shown} and ${ids.length - 3} more` : shown;
}

/**
 * The folder where adopted files go, from the repository's top: what is asked for, else the Kustomization's path. A name
 * without a folder of its own at the top may be one in that path. Throws `restructure.refused`.
 */
export async function adoptionFolder(
  { snapshot }: Ground,
  { kustomization }: KustomizationNode,
  asked: string | null,
): Promise<string> {
  const { path } = kustomization.spec;
  if (asked === null) return path;
  const folder = cleaned(asked);
  if (isWithin(folder, path)) return folder;
  const files = await snapshot.list();
  const top = folder.split('/')[0] ?? '';
  if (!files.some((file) => isWithin(file.path, top))) return join(path, folder);
  throw new SopskitError(
    'restructure.refused',
    `the folder ${folder} is not in the path of ${kustomization.name} (${path}), which would not apply what lies there`,
    { hint: `Folders are named from the repository's top: --folder ${join(path, folder)}` },
  );
}
