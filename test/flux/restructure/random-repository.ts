import fc from 'fast-check';
import type { AddRequest } from '../../../src/flux/restructure/add.ts';
import type { MoveRequest } from '../../../src/flux/restructure/move.ts';
import type { MovePathRequest } from '../../../src/flux/restructure/move-path.ts';
import type { RenameRequest } from '../../../src/flux/restructure/rename.ts';
import type { SplitRequest } from '../../../src/flux/restructure/split.ts';
import { fluxKustomization, fluxSystem, kustomizationFile } from '../repositories.ts';
import { configMap } from './scene.ts';

export type RandomRequest =
  | { readonly verb: 'split'; readonly request: SplitRequest }
  | { readonly verb: 'move'; readonly request: MoveRequest }
  | { readonly verb: 'path'; readonly request: MovePathRequest }
  | { readonly verb: 'rename'; readonly request: RenameRequest }
  | { readonly verb: 'add'; readonly request: AddRequest };

export interface RandomCase {
  readonly files: ReadonlyMap<string, string>;
  readonly request: RandomRequest;
}

/** How one Kustomization of a random repository looks. */
interface Part {
  readonly folders: readonly string[];
  /** Whether its top folder has a kustomization, and each folder below. */
  readonly listed: boolean;
  readonly listedBelow: boolean;
  /** Whether the objects of a folder are documents of one file. */
  readonly oneFile: boolean;
  readonly prune: boolean;
  readonly waitsForFirst: boolean;
  readonly namespace: boolean;
}

const part: fc.Arbitrary<Part> = fc.record({
  folders: fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { minLength: 1, maxLength: 3 }),
  listed: fc.boolean(),
  listedBelow: fc.boolean(),
  oneFile: fc.boolean(),
  prune: fc.boolean(),
  waitsForFirst: fc.boolean(),
  namespace: fc.boolean(),
});

const names = ['one', 'two', 'three'];

/** Small repositories, and a request that often fits them. */
export const randomCases: fc.Arbitrary<RandomCase> = fc
  .record({
    parts: fc.array(part, { minLength: 2, maxLength: 3 }),
    oneManifest: fc.boolean(),
    syncListed: fc.boolean(),
    // nested paths are where parents find what their children have
    root: fc.constantFrom('', 'clusters/home/'),
  })
  .chain(({ parts, oneManifest, syncListed, root }) => {
    // a path below the sync path has two owners where the sync path finds its manifests by itself
    const top = syncListed ? root : '';
    return fc.record({
      files: fc.constant(repository(parts, { oneManifest, syncListed, top })),
      request: requests(parts, top),
    });
  });

interface Shape {
  readonly oneManifest: boolean;
  readonly syncListed: boolean;
  readonly top: string;
}

function repository(parts: readonly Part[], { oneManifest, syncListed, top }: Shape): Map<string, string> {
  const files = new Map(fluxSystem('clusters/home', false, 'main'));
  const manifests = parts.map((own, index) => {
    const name = names[index] ?? '';
    const more = own.waitsForFirst && index > 0 ? '  dependsOn:\n    - name: one\n' : '';
    const text = fluxKustomization(name, `${top}${name}`, more);
    return [name, own.prune ? text : text.replace('prune: true', 'prune: false')] as const;
  });
  if (oneManifest) files.set('clusters/home/all.yaml', manifests.map(([, text]) => text).join('---\n'));
  else for (const [name, text] of manifests) files.set(`clusters/home/${name}.yaml`, text);
  const listed = oneManifest ? ['all.yaml'] : manifests.map(([name]) => `${name}.yaml`);
  if (syncListed)
    files.set('clusters/home/kustomization.yaml', kustomizationFile(['flux-system', ...listed]));
  for (const [index, own] of parts.entries())
    writePart(files, `${top}${names[index]}`, names[index] ?? '', own);
  files.set('spare/spare.yaml', configMap('spare'));
  return files;
}

function writePart(files: Map<string, string>, path: string, name: string, own: Part): void {
  for (const folder of own.folders) {
    const objects = ['a', 'b'].map((letter) => configMap(`${name}-${folder}-${letter}`));
    if (own.namespace && folder === own.folders[0])
      objects.push(`apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ns-${name}\n`);
    const written = own.oneFile
      ? [['all.yaml', objects.join('---\n')] as const]
      : objects.map((text, index) => [`${index}.yaml`, text] as const);
    for (const [file, text] of written) files.set(`${path}/${folder}/${file}`, text);
    if (own.listedBelow || own.listed)
      files.set(`${path}/${folder}/kustomization.yaml`, kustomizationFile(written.map(([file]) => file)));
  }
  if (own.listed) files.set(`${path}/kustomization.yaml`, kustomizationFile(own.folders));
}

function requests(parts: readonly Part[], top: string): fc.Arbitrary<RandomRequest> {
  const indexes = parts.map((_, index) => index);
  const index = fc.constantFrom(...indexes);
  const nameAt = (at: number): string => names[at] ?? '';
  const items = (at: number): fc.Arbitrary<string[]> => {
    const own = parts[at] as Part;
    const all = own.folders.flatMap((folder) => [
      `${top}${nameAt(at)}/${folder}`,
      `ConfigMap/apps/${nameAt(at)}-${folder}-a`,
      ...(own.oneFile ? [] : [`${top}${nameAt(at)}/${folder}/0.yaml`]),
    ]);
    return fc.uniqueArray(fc.constantFrom(...all), { minLength: 1, maxLength: 2 });
  };
  const split = index.map((at): RandomRequest => {
    const { folders } = parts[at] as Part;
    const into = folders.map((folder) => ({ name: `new-${folder}`, items: [folder] }));
    const after = new Map(into.slice(1).map(({ name }, to) => [name, [into[to]?.name ?? '']]));
    return { verb: 'split', request: { name: nameAt(at), into, after } };
  });
  const pairs = indexes.flatMap((from) =>
    indexes.filter((to) => to !== from).map((to) => [from, to] as const),
  );
  const move = fc.tuple(fc.constantFrom(...pairs), fc.boolean()).chain(([[from, to], gitOnly]) =>
    items(from).map((typed): RandomRequest => {
      const request = { items: typed, from: nameAt(from), to: nameAt(to), folder: null, gitOnly };
      return { verb: 'move', request };
    }),
  );
  const folders = fc.constantFrom(
    'moved',
    'one/moved',
    'clusters/home/moved',
    'clusters/moved',
    'clusters',
    'two',
  );
  const path = fc
    .tuple(fc.constantFrom('flux-system', ...indexes.map(nameAt)), folders)
    .map(([name, to]): RandomRequest => ({ verb: 'path', request: { name, to } }));
  const rename = fc
    .oneof(
      index.map(nameAt),
      index.chain(items).map(([item = '']) => item),
    )
    .map((old): RandomRequest => ({ verb: 'rename', request: { old, name: 'renamed' } }));
  const add = fc
    .record({
      path: fc.constantFrom('spare', 'one/x', 'apps'),
      after: fc.constantFrom([], ['ConfigMap/apps/one-x-a']),
    })
    .map(({ path: folder, after }): RandomRequest => {
      return { verb: 'add', request: { path: folder, name: null, dependsOn: [], after } };
    });
  return fc.oneof(split, move, path, rename, add);
}
