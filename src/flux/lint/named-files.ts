import { textAt } from '../../manifests/kubernetes-object.ts';
import { valueAt } from '../../tree/mapping.ts';
import type { Path } from '../../tree/path.ts';
import type { Mapping, Value } from '../../tree/value.ts';

/** What a kustomization takes a file for. */
export type Role =
  | 'resource'
  /** `patches[].path`: the only patches that the controller decrypts. */
  | 'patch'
  /** `patchesStrategicMerge`, `patchesJson6902[].path`. */
  | 'old-patch'
  | 'secret-file'
  | 'secret-env'
  | 'config-file'
  | 'config-env'
  /** Settings of kustomize: transformers, configurations, replacements, CRDs for its schema. */
  | 'setting';

export interface NamedFile {
  readonly name: string;
  readonly role: Role;
  /** In the kustomization. */
  readonly path: Path;
  readonly line: number | undefined;
}

const lists: readonly (readonly [string, Role])[] = [
  ['resources', 'resource'],
  ['bases', 'resource'],
  ['components', 'resource'],
  ['patchesStrategicMerge', 'old-patch'],
  ['crds', 'setting'],
  ['configurations', 'setting'],
  ['generators', 'setting'],
  ['transformers', 'setting'],
  ['validators', 'setting'],
];

const pathLists: readonly (readonly [string, Role])[] = [
  ['patches', 'patch'],
  ['patchesJson6902', 'old-patch'],
  ['replacements', 'setting'],
];

/** Lists the files and folders that a kustomization names, in its order. What is written into it is not among them. */
export function namedIn(kustomization: Mapping): readonly NamedFile[] {
  const found: NamedFile[] = [];
  for (const [key, role] of lists) {
    for (const { value, path } of itemsAt(kustomization, [key])) {
      if (value.kind === 'string' && !/[\n{]/.test(value.value))
        found.push({ name: value.value, role, path, line: value.line });
    }
  }
  for (const [key, role] of pathLists) {
    for (const { value, path } of itemsAt(kustomization, [key])) {
      const name = value.kind === 'mapping' ? textAt(value, 'path') : '';
      if (name !== '') found.push({ name, role, path: [...path, 'path'], line: value.line });
    }
  }
  return [
    ...found,
    ...generatorFiles(kustomization, 'secretGenerator', 'secret-file', 'secret-env'),
    ...generatorFiles(kustomization, 'configMapGenerator', 'config-file', 'config-env'),
  ];
}

function generatorFiles(kustomization: Mapping, key: string, file: Role, env: Role): NamedFile[] {
  return itemsAt(kustomization, [key]).flatMap(({ value: generator, path }) => {
    if (generator.kind !== 'mapping') return [];
    const single = valueAt(generator, 'env');
    return [
      ...texts(generator, [...path, 'files'], file, (text) => text.slice(text.indexOf('=') + 1)),
      ...texts(generator, [...path, 'envs'], env, (text) => text),
      ...(single?.kind === 'string'
        ? [{ name: single.value, role: env, path: [...path, 'env'], line: single.line }]
        : []),
    ];
  });
}

function texts(generator: Mapping, at: Path, role: Role, nameOf: (text: string) => string): NamedFile[] {
  const key = String(at.at(-1));
  return itemsAt(generator, [key]).flatMap(({ value, path }) =>
    value.kind === 'string'
      ? [{ name: nameOf(value.value), role, path: [...at.slice(0, -1), ...path], line: value.line }]
      : [],
  );
}

/** Items of a list, without the comments between them; indexes count those. */
export function itemsAt(mapping: Mapping, at: readonly [string]): { value: Value; path: Path }[] {
  const list = valueAt(mapping, at[0]);
  if (list?.kind !== 'sequence') return [];
  return list.items.flatMap((value, index) =>
    value.kind === 'comment' ? [] : [{ value, path: [...at, index] }],
  );
}
