import { SopskitError } from '../../errors/sopskit-error.ts';
import { keyOf } from '../kustomization.ts';
import { dependencyOf, type Prerequisite, readPrerequisites } from './add-after.ts';
import { checkFolder, type NewFolder } from './add-folder.ts';
import { placeNew } from './add-place.ts';
import { Draft, isBelow } from './draft.ts';
import { find, type Ground, requireBuilt, requireKustomization } from './ground.ts';
import { placedName } from './object-name.ts';
import { cleaned, nameOf } from './place-path.ts';
import { shownObjects } from './shown-objects.ts';
import { assemble } from './stage.ts';
import type { Guard, Restructuring } from './step.ts';

export interface AddRequest {
  /** Folder, from the repository's top. */
  readonly path: string;
  /** `null`: the folder's name. */
  readonly name: string | null;
  /** Kustomizations that it waits for. */
  readonly dependsOn: readonly string[];
  /** Objects (`KIND/NAMESPACE/NAME`) that have to be ready before anything of it is applied. */
  readonly after: readonly string[];
}

/** Names the request, the same however far it got. */
export function addTitle(request: AddRequest): string {
  return `add ${nameOfNew(request)} over ${cleaned(request.path)}`;
}

export function nameOfNew({ name, path }: AddRequest): string {
  return (
    name ??
    nameOf(cleaned(path))
      .toLowerCase()
      .replaceAll(/[^a-z0-9.-]+/g, '-')
  );
}

/**
 * Plans a new Kustomization over a folder that none builds yet, written as its siblings are. What it has to come after
 * is made a health check of the Kustomization that applies it, and that one a `dependsOn` of the new one: health checks
 * of its own would not hold it back. Throws `restructure.refused`, `flux.not-found`.
 */
export async function planAdd(ground: Ground, request: AddRequest): Promise<Restructuring> {
  const { cluster } = ground;
  const name = placedName(nameOfNew(request));
  const draft = new Draft(ground.snapshot);
  const folder = await checkFolder(ground, draft, cleaned(request.path));
  if (find(cluster, name) !== null)
    throw new SopskitError('restructure.refused', `there is a Kustomization ${name} already`, {
      hint: 'Give the new one another: --name NAME.',
    });
  const before = readPrerequisites(ground, request.after);
  const named = request.dependsOn.map((one) => requireKustomization(cluster, one).kustomization);
  const placed = await placeNew(ground, draft, { name, folder, dependsOn: [] });
  await addDependencies(draft, placed.file, { namespace: placed.namespace, name }, [
    ...named,
    ...before.map(({ node }) => node.kustomization),
  ]);
  const waits: string[] = [];
  for (const one of before) waits.push(...(await dependencyOf(draft, one)));
  const key = `${placed.namespace}/${name}`;
  const ids = await idsOfNew(ground, draft, key, folder, placed.file);
  return assemble(
    ground,
    { title: addTitle(request), remarks: [...placed.remarks, ...waits, ...folder.remarks] },
    [
      {
        title: `${name} applies ${folder.path}`,
        message: `Add Kustomization ${name}`,
        draft,
        guards: guardsOf(key, ids, before),
        allowed: { created: null },
      },
    ],
  );
}

function guardsOf(key: string, ids: readonly string[], before: readonly Prerequisite[]): Guard[] {
  const keys = new Set(before.map(({ node }) => keyOf(node.kustomization)));
  return [
    ...[...keys].map((kustomization): Guard => ({ kind: 'ready', kustomization })),
    { kind: 'ready', kustomization: key },
    { kind: 'inventory', kustomization: key, has: ids },
  ];
}

/** Builds the new Kustomization. Throws where it is not reached, fails, or has what another has. */
async function idsOfNew(
  ground: Ground,
  draft: Draft,
  key: string,
  folder: NewFolder,
  file: string,
): Promise<readonly string[]> {
  const model = await ground.workspace.model(draft.snapshot());
  const head = model.clusters.find(({ name }) => name === ground.cluster.name);
  const made = head?.kustomizations.get(key);
  if (made === undefined) {
    // what hides it is a build that fails or is not known: that one says why
    const entry = head?.kustomizations.get(ground.cluster.entry.kustomization);
    const hiding = [...(head?.kustomizations.values() ?? [])].filter(({ kustomization }) =>
      isBelow(file, kustomization.spec.path),
    );
    for (const node of entry === undefined ? hiding : [entry, ...hiding]) requireBuilt(node);
    throw new SopskitError(
      'restructure.refused',
      `the new Kustomization ${key} would not be reached from the entry`,
      {
        hint: `List its manifest in a kustomization that ${ground.cluster.entry.kustomization} applies.`,
      },
    );
  }
  const objects = requireBuilt(made);
  for (const [other, node] of head?.kustomizations ?? []) {
    if (other === key || node.build.kind !== 'built') continue;
    const has = new Set(node.build.objects.map(({ id }) => id));
    const twice = objects.filter(({ id }) => has.has(id));
    if (twice.length > 0)
      throw secondOwner(other, folder.path, shownObjects(twice.map(({ identity }) => identity)));
  }
  return objects.map(({ id }) => id);
}

function secondOwner(other: string, path: string, what: string): SopskitError {
  return new SopskitError(
    'restructure.refused',
    `${other} applies ${what} already: ${path} would have two owners`,
    {
      hint: `Take it out of ${other}: \`sopskit restructure split\` makes several of one, \`restructure move\` gives objects to one that is there.`,
    },
  );
}

async function addDependencies(
  draft: Draft,
  file: string,
  own: { readonly namespace: string; readonly name: string },
  on: readonly { readonly namespace: string; readonly name: string }[],
): Promise<void> {
  if (on.length === 0) return;
  const { dependOn } = await import('./add-place.ts');
  await dependOn(draft, file, own, on);
}
