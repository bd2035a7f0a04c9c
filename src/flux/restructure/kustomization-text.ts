import type { Edit } from '../../formats/format.ts';
import { textAt } from '../../manifests/kubernetes-object.ts';
import { mappingOf, stringOf, valueAt } from '../../tree/mapping.ts';
import { nodeAt } from '../../tree/node-at.ts';
import type { Path } from '../../tree/path.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import type { ObjectId } from '../object-id.ts';
import { relative } from './kustomization-lists.ts';
import { cleaned, dotted, join } from './place-path.ts';

/** How a Kustomization differs from the one whose text it takes. */
export interface Variation {
  readonly name?: string;
  /** From the repository's top. */
  readonly path?: string;
  /** Names to wait for, behind those that the text has. */
  readonly dependsOn?: readonly string[];
  /** Objects that it has: health checks of others go. */
  readonly objects?: ReadonlySet<string>;
}

export function putAt(path: Path, value: Value): Edit {
  return { kind: 'put', branch: 0, path, value };
}

/** Edits that make one Kustomization's text another's. */
export function variationEdits(tree: Mapping, wanted: Variation): readonly Edit[] {
  return [
    ...(wanted.name === undefined ? [] : [putAt(['metadata', 'name'], stringOf(wanted.name))]),
    ...(wanted.path === undefined
      ? []
      : [pathEdit(tree, wanted.path), ...componentEdits(tree, pathIn(tree), wanted.path)]),
    ...dependencyEdits(tree, wanted.dependsOn ?? []),
    ...(wanted.objects === undefined ? [] : healthEdits(tree, wanted.objects)),
  ];
}

/** The path that the text has, from the repository's top. */
function pathIn(tree: Mapping): string {
  const path = specField(tree, 'path');
  return path?.kind === 'string' ? cleaned(path.value) : '';
}

/** Writes `spec.path` as the text writes it: with `./`, or without. */
export function pathEdit(tree: Mapping, folder: string): Edit {
  const old = nodeAt(tree, ['spec', 'path']);
  const bare = old?.kind === 'string' && old.value !== '' && !old.value.startsWith('.');
  return putAt(['spec', 'path'], stringOf(bare && folder !== '' ? folder : dotted(folder)));
}

/**
 * Writes `spec.components` so that they lead where they did, from another path. `now` says where a folder is then.
 */
export function componentEdits(
  tree: Mapping,
  from: string,
  to: string,
  now: (folder: string) => string = (folder) => folder,
): readonly Edit[] {
  const list = nodeAt(tree, ['spec', 'components']);
  if (list?.kind !== 'sequence') return [];
  return list.items.flatMap((item, index): Edit[] => {
    if (item.kind !== 'string' || item.value.includes('://')) return [];
    const target = now(join(from, item.value));
    if (join(to, item.value) === target) return [];
    return [putAt(['spec', 'components', index], stringOf(relative(to, target)))];
  });
}

/** Appends names to `spec.dependsOn`, those that are there left out. */
export function dependencyEdits(tree: Mapping, names: readonly string[]): readonly Edit[] {
  const list = nodeAt(tree, ['spec', 'dependsOn']);
  const known = list?.kind === 'sequence' ? list.items : [];
  const have = new Set(known.flatMap((item) => (item.kind === 'mapping' ? [textAt(item, 'name')] : [])));
  return [...new Set(names)]
    .filter((name) => !have.has(name))
    .map((name, index) =>
      putAt(['spec', 'dependsOn', known.length + index], mappingOf([['name', stringOf(name)]])),
    );
}

/** Takes out health checks of objects that it does not have. */
function healthEdits(tree: Mapping, objects: ReadonlySet<string>): readonly Edit[] {
  const list = nodeAt(tree, ['spec', 'healthChecks']);
  if (list?.kind !== 'sequence') return [];
  const gone = list.items.flatMap((item, index) =>
    item.kind === 'mapping' && !objects.has(healthKey(item)) ? [index] : [],
  );
  const checks = list.items.filter((item) => item.kind === 'mapping').length;
  if (gone.length > 0 && gone.length === checks) {
    return [{ kind: 'remove', branch: 0, path: ['spec', 'healthChecks'] }];
  }
  return gone
    .toReversed()
    .map((index): Edit => ({ kind: 'remove', branch: 0, path: ['spec', 'healthChecks', index] }));
}

function healthKey(check: Mapping): string {
  return objectKey({
    kind: textAt(check, 'kind'),
    namespace: textAt(check, 'namespace'),
    name: textAt(check, 'name'),
  });
}

export function objectKey({ kind, namespace, name }: Pick<ObjectId, 'kind' | 'namespace' | 'name'>): string {
  return `${kind}/${namespace}/${name}`;
}

/** Edits after which a Kustomization leaves everything in the cluster, whatever goes. */
export function keepAllEdits(tree: Mapping): readonly Edit[] {
  const policy = nodeAt(tree, ['spec', 'deletionPolicy']);
  const deletes = policy?.kind === 'string' && /^(?:Delete|WaitForTermination)$/.test(policy.value);
  return [
    putAt(['spec', 'prune'], { kind: 'bool', value: false }),
    ...(deletes ? [putAt(['spec', 'deletionPolicy'], stringOf('Orphan'))] : []),
  ];
}

/** The value of a field of `spec`, as the text has it. */
export function specField(tree: Mapping, key: string): Value | undefined {
  const spec = valueAt(tree, 'spec');
  return spec?.kind === 'mapping' ? valueAt(spec, key) : undefined;
}
