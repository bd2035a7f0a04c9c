import type { LintNode } from '../../flux/lint/lint-node.ts';
import type { LintObject } from '../../flux/lint/lint-object.ts';
import { namedIn } from '../../flux/lint/named-files.ts';
import type { ReachedFile } from '../../flux/lint/reach.ts';
import { folderOf, within } from '../../flux/lint/tree-index.ts';

/** Where a Secret that a Kustomization builds comes from. */
export interface SecretFiles {
  /** The file to name: its manifest's, or the kustomization that generates it; `null`: it cannot be told. */
  readonly place: string | null;
  /** All that make it what it is, as far as can be told: manifest, generator's files, patches. */
  readonly all: ReadonlySet<string>;
  readonly generated: boolean;
}

/** Finds the files of a Secret. From the top of the Kustomization's source. */
export async function filesOf(node: LintNode, { identity }: LintObject): Promise<SecretFiles> {
  const place = await node.placeOf(identity);
  const [key, index] = place.path ?? [];
  const { files, kustomizations } = await node.reach();
  const all = new Set(place.file === undefined ? [] : [place.file]);
  const generated = key === 'secretGenerator';
  const own = generated ? kustomizations.find(({ path }) => path === place.file) : undefined;
  for (const { name, path } of own === undefined ? [] : namedIn(own.data)) {
    const file = path[0] === key && path[1] === index ? within(folderOf(own?.path ?? ''), name) : null;
    if (file !== null) all.add(file);
  }
  for (const file of files) {
    if (isPatch(file) && (await patches(node, file, identity.name))) all.add(file.path);
  }
  return { place: place.file ?? null, all, generated };
}

function isPatch({ role }: ReachedFile): boolean {
  return role === 'patch' || role === 'old-patch';
}

/** A patch that names no object (JSON 6902) may be for any. */
async function patches(node: LintNode, { path }: ReachedFile, name: string): Promise<boolean> {
  const objects = (await (await node.subject(path))?.objects()) ?? [];
  if (objects.length === 0) return true;
  return objects.some((one) => one.kind === 'Secret' && one.name !== '' && name.includes(one.name));
}
