import { kustomizationNames } from '../../manifests/kustomization.ts';
import { valueAt } from '../../tree/mapping.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import type { Artifact } from './artifact.ts';
import { readKubernetesYaml } from './kubernetes-yaml.ts';
import { typedKustomization } from './typed-kustomization.ts';

/** The kustomization of a folder, as text and as tree. */
export interface KustomizationFile {
  readonly path: string;
  /** `null` where it is empty, or no map. */
  readonly mapping: Mapping | null;
  /** What it is where it is neither a map nor empty. */
  readonly other: 'array' | 'string' | null;
}

/** Lists the files of a folder that kustomize would take for its kustomization, in its order. */
export function kustomizationPaths(artifact: Artifact, folder: string): readonly string[] {
  return kustomizationNames
    .map((name) => (folder === '' ? name : `${folder}/${name}`))
    .filter((file) => artifact.isFile(file));
}

/** Reads a kustomization as the controller decodes it. Throws `document.*`. */
export async function readKustomizationFile(artifact: Artifact, file: string): Promise<KustomizationFile> {
  const bytes = (await artifact.read(file)) ?? new Uint8Array();
  const [value] = readKubernetesYaml(bytes);
  if (value?.kind === 'mapping') return { path: file, mapping: typedKustomization(value), other: null };
  const isEmpty = value === undefined || value.kind === 'null';
  return {
    path: file,
    mapping: null,
    other: isEmpty ? null : value.kind === 'sequence' ? 'array' : 'string',
  };
}

/** The texts of a list; other items are left out. */
export function textsAt(mapping: Mapping, key: string): readonly string[] {
  return itemsAt(mapping, key).flatMap((item) => (item.kind === 'string' ? [item.value] : []));
}

/** The maps of a list. */
export function mapsAt(mapping: Mapping, key: string): readonly Mapping[] {
  return itemsAt(mapping, key).flatMap((item) => (item.kind === 'mapping' ? [item] : []));
}

export function itemsAt(mapping: Mapping, key: string): readonly Value[] {
  const list = valueAt(mapping, key);
  if (list?.kind !== 'sequence') return [];
  return list.items.filter((item): item is Value => item.kind !== 'comment');
}

/** The text at a key; `null` where there is none. */
export function textOf(mapping: Mapping, key: string): string | null {
  const value = valueAt(mapping, key);
  return value?.kind === 'string' ? value.value : null;
}
