import { isKustomizationName } from '../../manifests/kustomization.ts';
import { valueAt } from '../../tree/mapping.ts';
import type { Path } from '../../tree/path.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import type { Draft } from './draft.ts';
import { isBelow } from './draft.ts';
import { kustomizationIn } from './kustomization-lists.ts';
import { folderOf, isYamlName, join } from './place-path.ts';

/** A file or folder that a kustomization names, from its own folder. */
export interface Reference {
  /** Where in the kustomization. */
  readonly path: Path;
  /** As written, without what `before` has. */
  readonly text: string;
  /** `key=` of a generator's file; else empty. */
  readonly before: string;
  /** `object`: its objects are the kustomization's own. */
  readonly kind: 'object' | 'file';
}

const objectLists = ['resources', 'bases', 'components'];
const fileLists = [
  'crds',
  'configurations',
  'generators',
  'transformers',
  'validators',
  'patchesStrategicMerge',
];
const pathLists = ['patches', 'patchesJson6902', 'replacements'];
const generatorLists = ['configMapGenerator', 'secretGenerator'];

/** Lists what a kustomization names, other servers' content and inline texts left out. */
export function referencesOf(tree: Mapping): readonly Reference[] {
  return [
    ...objectLists.flatMap((list) => texts(tree, [list], 'object')),
    ...fileLists.flatMap((list) => texts(tree, [list], 'file')),
    ...pathLists.flatMap((list) =>
      items(tree, [list]).flatMap(({ value, path }) => texts(value, path, 'file', 'path')),
    ),
    ...generatorLists.flatMap((list) =>
      items(tree, [list]).flatMap(({ value, path }) =>
        ['files', 'envs', 'env'].flatMap((key) => texts(value, path, 'file', key)),
      ),
    ),
    ...texts(valueAt(tree, 'openapi'), ['openapi'], 'file', 'path'),
    ...items(tree, ['helmCharts']).flatMap(({ value, path }) => texts(value, path, 'file', 'valuesFile')),
  ];
}

/** Texts at a key (a text, or a list of them) of a value; without a key, of the value that the path names. */
function texts(value: Value | undefined, at: Path, kind: Reference['kind'], key?: string): Reference[] {
  const name = key ?? String(at.at(-1));
  const found = value?.kind === 'mapping' ? valueAt(value, name) : undefined;
  const path = key === undefined ? at : [...at, key];
  const all =
    found?.kind === 'sequence' ? found.items.map((item, index) => ({ item, path: [...path, index] })) : [];
  const nodes = found?.kind === 'string' ? [{ item: found, path }] : all;
  return nodes.flatMap(({ item, path: place }): Reference[] => {
    if (item.kind !== 'string' || /\n|:\/\/|^git@|\?ref=/.test(item.value)) return [];
    const equals = name === 'files' ? item.value.indexOf('=') + 1 : 0;
    return [{ path: place, text: item.value.slice(equals), before: item.value.slice(0, equals), kind }];
  });
}

function items(tree: Mapping, [list]: readonly [string]): { value: Value; path: Path }[] {
  const found = valueAt(tree, list);
  if (found?.kind !== 'sequence') return [];
  return found.items.flatMap((value, index) =>
    value.kind === 'comment' ? [] : [{ value, path: [list, index] }],
  );
}

/** What a folder's build reads. */
export interface Reach {
  /** Files whose objects are applied, by the folder whose kustomization lists them (its own folder where none does). */
  readonly manifests: ReadonlyMap<string, string>;
  /** Folders with a kustomization, and those that are looked through without. */
  readonly folders: ReadonlySet<string>;
  /** Patches, generators' files and the like. */
  readonly others: ReadonlySet<string>;
}

/** Follows a folder's kustomization, or the controller's search where it has none. */
export async function reachOf(draft: Draft, folder: string): Promise<Reach> {
  const walk = {
    manifests: new Map<string, string>(),
    folders: new Set<string>(),
    others: new Set<string>(),
  };
  const files = new Set(await draft.paths());
  await visit(draft, files, folder, walk);
  return walk;
}

interface Walk {
  readonly manifests: Map<string, string>;
  readonly folders: Set<string>;
  readonly others: Set<string>;
}

async function visit(draft: Draft, files: ReadonlySet<string>, folder: string, walk: Walk): Promise<void> {
  if (walk.folders.has(folder)) return;
  walk.folders.add(folder);
  const kustomization = await kustomizationIn(draft, folder);
  if (kustomization === null) return search(draft, files, folder, walk);
  walk.others.add(kustomization.path);
  for (const { text, kind } of referencesOf(kustomization.tree)) {
    const target = join(folder, text);
    if (kind === 'file') walk.others.add(target);
    else if (files.has(target)) walk.manifests.set(target, folder);
    else await visit(draft, files, target, walk);
  }
}

/** As the controller: every YAML file below, and folders with a kustomization as they are. */
async function search(draft: Draft, files: ReadonlySet<string>, folder: string, walk: Walk): Promise<void> {
  const below = [...files].filter((file) => isBelow(file, folder));
  const own = below.filter(isKustomizationName).map(folderOf);
  const tops = own.filter((one) => !own.some((other) => other !== one && isBelow(one, other)));
  for (const top of tops) await visit(draft, files, top, walk);
  for (const file of below) {
    if (isYamlName(file) && !tops.some((top) => isBelow(file, top))) walk.manifests.set(file, folder);
  }
}
