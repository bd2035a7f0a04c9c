import { valueAt } from '../tree/mapping.ts';
import type { Path } from '../tree/path.ts';
import type { Mapping, Scalar, Value } from '../tree/value.ts';

/** What a Secret is generated from. */
export type GeneratorSource =
  /** `KEY=value` in the kustomization itself. */
  | { readonly kind: 'literal'; readonly leaf: Scalar; readonly path: Path; readonly value: string }
  /** A file of `KEY=value` lines, or one whose whole content becomes a value; as the kustomization names it. */
  | { readonly kind: 'envs' | 'file'; readonly file: string; readonly path: Path };

/** A patch that is written into the kustomization: YAML in a text. */
export interface InlinePatch {
  readonly text: string;
  readonly path: Path;
  readonly line: number | undefined;
}

const names = new Set(['kustomization.yaml', 'kustomization.yml', 'Kustomization']);

/** Whether kustomize takes a file of this name for the kustomization of its folder. */
export function isKustomizationName(file: string): boolean {
  return names.has(file.slice(file.lastIndexOf('/') + 1));
}

/** The file names that kustomize looks for, in its order. */
export const kustomizationNames: readonly string[] = [...names];

/** Lists what the `secretGenerator` items of a kustomization read (kustomize, KvPairSources). */
export function secretSources(kustomization: Mapping): readonly GeneratorSource[] {
  return itemsAt(kustomization, 'secretGenerator').flatMap(({ value, path }) =>
    value.kind === 'mapping' ? sourcesOf(value, path) : [],
  );
}

function sourcesOf(generator: Mapping, at: Path): GeneratorSource[] {
  const env = valueAt(generator, 'env');
  return [
    ...textsAt(generator, 'literals', at).map((found): GeneratorSource => {
      return { kind: 'literal', ...found, value: found.text.slice(found.text.indexOf('=') + 1) };
    }),
    ...textsAt(generator, 'envs', at).map(({ text, path }) => ({ kind: 'envs' as const, file: text, path })),
    ...(env?.kind === 'string' ? [{ kind: 'envs' as const, file: env.value, path: [...at, 'env'] }] : []),
    ...textsAt(generator, 'files', at).map(({ text, path }) => {
      return { kind: 'file' as const, file: text.slice(text.indexOf('=') + 1), path };
    }),
  ];
}

/** Lists the patches in a kustomization that are no names of files. */
export function inlinePatches(kustomization: Mapping): readonly InlinePatch[] {
  const patches = itemsAt(kustomization, 'patches').flatMap(({ value, path }) => {
    const patch = value.kind === 'mapping' ? valueAt(value, 'patch') : undefined;
    return patch === undefined ? [] : [{ value: patch, path: [...path, 'patch'] }];
  });
  return [...patches, ...itemsAt(kustomization, 'patchesStrategicMerge')].flatMap(({ value, path }) =>
    value.kind === 'string' && /[\n{]/.test(value.value)
      ? [{ text: value.value, path, line: value.line }]
      : [],
  );
}

function itemsAt(mapping: Mapping, key: string, at: Path = []): { value: Value; path: Path }[] {
  const list = valueAt(mapping, key);
  if (list?.kind !== 'sequence') return [];
  return list.items.flatMap((value, index) =>
    value.kind === 'comment' ? [] : [{ value, path: [...at, key, index] }],
  );
}

function textsAt(mapping: Mapping, key: string, at: Path) {
  return itemsAt(mapping, key, at).flatMap(({ value, path }) =>
    value.kind === 'string' ? [{ leaf: value, text: value.value, path }] : [],
  );
}

/** Lists the files of manifests that a kustomization names; folders and addresses among them. */
export function resourceFiles(kustomization: Mapping): readonly string[] {
  return ['resources', 'bases', 'components', 'patchesStrategicMerge', 'generators', 'transformers'].flatMap(
    (key) => textsAt(kustomization, key, []).flatMap(({ text }) => (text.includes('\n') ? [] : [text])),
  );
}

/** A list of JSON operations (RFC 6902) that may change a Secret: inline, or a file. */
export interface JsonPatch {
  readonly text: string | null;
  readonly file: string | null;
  readonly path: Path;
  readonly line: number | undefined;
  /** Whether its target is a Secret for sure. */
  readonly ofSecret: boolean;
}

/** Lists what `patches` and `patchesJson6902` have. */
export function jsonPatches(kustomization: Mapping): readonly JsonPatch[] {
  return ['patches', 'patchesJson6902'].flatMap((key) =>
    itemsAt(kustomization, key).flatMap(({ value, path }): JsonPatch[] => {
      if (value.kind !== 'mapping') return [];
      const [patch, file, target] = ['patch', 'path', 'target'].map((name) => valueAt(value, name));
      const kind = target?.kind === 'mapping' ? valueAt(target, 'kind') : undefined;
      return [
        {
          text: patch?.kind === 'string' ? patch.value : null,
          file: file?.kind === 'string' ? file.value : null,
          path: [...path, patch === undefined ? 'path' : 'patch'],
          line: (patch ?? file)?.line,
          ofSecret: kind?.kind === 'string' && kind.value === 'Secret',
        },
      ];
    }),
  );
}

/** Lists what a `SecretGenerator` of kustomize's own, an object by itself, reads. */
export function generatorObjectSources(manifest: Mapping): readonly GeneratorSource[] {
  const [kind, version] = ['kind', 'apiVersion'].map((key) => valueAt(manifest, key));
  const isOne = kind?.kind === 'string' && kind.value === 'SecretGenerator';
  return isOne && version?.kind === 'string' && version.value === 'builtin' ? sourcesOf(manifest, []) : [];
}

/** Generators that are written into the kustomization. */
export function inlineGenerators(kustomization: Mapping): readonly InlinePatch[] {
  return textsAt(kustomization, 'generators', []).flatMap(({ leaf, text, path }) =>
    text.includes('\n') ? [{ text, path, line: leaf.line }] : [],
  );
}
