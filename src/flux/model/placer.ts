import type { Place } from '../../errors/sopskit-error.ts';
import { kustomizationGroup } from '../kustomization.ts';
import { trimmedPath } from '../kustomization-read.ts';
import { specText } from '../source/source-in-cluster.ts';
import type { Candidate } from './candidate.ts';
import type { KustomizationNode } from './model.ts';
import type { Written, WrittenObject } from './written-objects.ts';

/** Adds to Kustomizations where they are written. */
export type Placer = (
  nodes: ReadonlyMap<string, KustomizationNode>,
  entry: Candidate,
) => ReadonlyMap<string, KustomizationNode>;

/**
 * Finds Kustomizations in the files by name, and of several the one that lies where an owner builds from, in the same
 * namespace, with the same path. Where two are equally good, or none is, the place is not known.
 */
export function placer(written: Written): Placer {
  const byName = new Map<string, WrittenObject[]>();
  const withVariables: Named['withVariables'][number][] = [];
  for (const object of written.objects) {
    if (object.group !== kustomizationGroup || object.kind !== 'Kustomization') continue;
    byName.set(object.name, [...(byName.get(object.name) ?? []), object]);
    const pattern = patternOf(object.name);
    if (pattern !== null) withVariables.push({ pattern, object });
  }
  return (nodes, entry) =>
    new Map(
      [...nodes].map(([key, node]) => [
        key,
        { ...node, place: placeOf(node, nodes, entry, { byName, withVariables }) },
      ]),
    );
}

interface Named {
  readonly byName: ReadonlyMap<string, readonly WrittenObject[]>;
  /** Those with `${NAME}` in their names. */
  readonly withVariables: readonly { readonly pattern: RegExp; readonly object: WrittenObject }[];
}

function objectsNamed({ byName, withVariables }: Named, names: readonly string[]): readonly WrittenObject[] {
  for (const name of names) {
    const found = byName.get(name);
    if (found !== undefined) return found;
  }
  return withVariables
    .filter(({ pattern }) => names.some((name) => pattern.test(name)))
    .map(({ object }) => object);
}

/** What a name with variables in it can become; `null`: it has none, or nothing else. */
function patternOf(name: string): RegExp | null {
  const parts = name.split(/\$\{[^}]*\}/);
  if (parts.length < 2 || parts.every((part) => part === '')) return null;
  return new RegExp(`^${parts.map((part) => part.replace(/[^\w-]/g, '\\$&')).join('.+')}$`);
}

function placeOf(
  node: KustomizationNode,
  nodes: ReadonlyMap<string, KustomizationNode>,
  entry: Candidate,
  named: Named,
): Place | null {
  const { kustomization } = node;
  if (node.owners.length === 0 || isEntry(node, entry)) {
    const { file, line } = entry;
    return file === null || line === null ? null : { file, line };
  }
  const { namePrefix, nameSuffix } = nodes.get(node.owners[0] ?? '')?.kustomization.spec ?? {};
  const written = stripped(kustomization.name, namePrefix ?? '', nameSuffix ?? '');
  const rated = objectsNamed(named, [kustomization.name, written])
    .map((object) => ({ object, rate: rate(object, node, nodes) }))
    .sort((a, b) => b.rate - a.rate);
  const [best, second] = rated;
  if (best === undefined || best.rate < 0 || best.rate === second?.rate) return null;
  return { file: best.object.file, line: best.object.line };
}

function isEntry({ kustomization }: KustomizationNode, entry: Candidate): boolean {
  const { namespace, name } = entry.kustomization;
  return kustomization.namespace === namespace && kustomization.name === name;
}

function stripped(name: string, prefix: string, suffix: string): string {
  const end = name.endsWith(suffix) ? name.length - suffix.length : name.length;
  return name.slice(name.startsWith(prefix) ? prefix.length : 0, end);
}

/** How well a manifest fits; below 0: it is another cluster's, or another Kustomization. */
function rate(
  object: WrittenObject,
  { kustomization, owners }: KustomizationNode,
  nodes: ReadonlyMap<string, KustomizationNode>,
): number {
  if (object.namespace !== '' && object.namespace !== kustomization.namespace) {
    const moved = owners.some((owner) => nodes.get(owner)?.kustomization.spec.targetNamespace != null);
    if (!moved) return -1;
  }
  const path = trimmedPath(specText(object.manifest, 'path'));
  const wholePath = path.includes('${') || path === kustomization.spec.path;
  const folders = owners.map((owner) => nodes.get(owner)?.kustomization.spec.path ?? '');
  const within = folders.some((folder) => folder === '' || object.file.startsWith(`${folder}/`));
  return (
    (object.namespace === kustomization.namespace ? 1 : 0) +
    (wholePath ? 4 : 0) +
    (within ? 2 + closeness(object.file, folders) : 0)
  );
}

/** Between 0 and 1: the more of the file's folders are the owner's, the more. */
function closeness(file: string, folders: readonly string[]): number {
  const depth = file.split('/').length;
  const shared = Math.max(...folders.map((folder) => (folder === '' ? 0 : folder.split('/').length)));
  return shared / (depth + 1);
}
