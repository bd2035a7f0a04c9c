import { SopskitError } from '../../errors/sopskit-error.ts';
import { nearest } from '../../errors/suggestion.ts';
import { formatNamed } from '../../formats/registry.ts';
import { fieldsAt, textAt } from '../../manifests/kubernetes-object.ts';
import type { Snapshot } from '../../repository/snapshot.ts';
import { mappingOf, stringOf } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import type { Builder } from '../build/build.ts';
import { kustomizationGroup } from '../kustomization.ts';
import { trimmedPath } from '../kustomization-read.ts';
import { specText } from '../source/source-in-cluster.ts';
import { type Candidate, clusterName, plainKustomization, sourceReference } from './candidate.ts';
import { fluxInstances, isBelow } from './flux-instance.ts';
import { emptyGotkSyncs, folderOf, gotkSyncs, sourceGroup } from './gotk-sync.ts';
import type { Written, WrittenObject } from './written-objects.ts';

export interface EntryRequest {
  readonly snapshot: Snapshot;
  readonly written: Written;
  readonly builder: Builder;
  /** Addresses of this repository. */
  readonly remotes: readonly string[];
  /** Sync paths asked for; empty: what is found. */
  readonly paths: readonly string[];
}

/**
 * Finds the entries of a repository's clusters, one for a sync path. Throws `flux.no-entry` where there are none, and
 * `flux.not-found` for a path that the repository does not have.
 */
export async function findEntries(request: EntryRequest): Promise<Candidate[]> {
  const { snapshot, written, builder, remotes, paths } = request;
  const files = (await snapshot.list()).map(({ path }) => path);
  const folders = foldersOf(files);
  const yaml = await formatNamed('yaml');
  const asked = paths.map(trimmedPath);
  const hasFolder = (path: string) => folders.has(path);
  const found = [
    ...gotkSyncs(written, { remotes, hasFolder }),
    ...emptyGotkSyncs(files, written),
    ...(await fluxInstances(written, { builder, yaml, remotes, hasFolder, paths: asked })),
  ];
  if (paths.length > 0) return asked.map((path) => entryAt(path, found, folders, written));
  const byName = new Map<string, Candidate>();
  for (const candidate of found) {
    const name = clusterName(candidate);
    if (!byName.has(name)) byName.set(name, candidate);
  }
  if (byName.size === 0) throw noEntry(snapshot, written);
  return [...byName.values()].sort((a, b) => (clusterName(a) < clusterName(b) ? -1 : 1));
}

/** The entry of a path that was asked for: the one found there, or else the plainest there could be. */
function entryAt(
  path: string,
  found: readonly Candidate[],
  folders: ReadonlySet<string>,
  written: Written,
): Candidate {
  const known = found.find(({ kustomization }) => kustomization.spec.path === path);
  if (known !== undefined) return { ...known, here: true };
  const below = found.find(({ kustomization }) => isBelow(path, kustomization.spec.path));
  if (below !== undefined) {
    const root = path.slice(0, -below.kustomization.spec.path.length - 1);
    return { ...below, here: true, root };
  }
  if (!folders.has(path)) {
    const near = [...folders].find((folder) => folder.endsWith(`/${path}`)) ?? nearest(path, folders);
    throw new SopskitError('flux.not-found', `the repository has no folder ${JSON.stringify(path)}`, {
      hint: near === null ? 'Give the path from the repository’s top.' : `Did you mean --path ${near}?`,
    });
  }
  const source = usualSource(path, written);
  const root = source.kind === 'GitRepository' ? '' : artifactRoot(path, folders, written);
  const sourceRef = sourceReference(source.kind, source.name, source.namespace);
  const kustomization = plainKustomization(
    { namespace: 'flux-system', name: 'flux-system' },
    { path: stringOf(root === '' ? path : path.slice(root.length + 1)), sourceRef, decryption: sops },
  );
  const manifest = written.objects.find(
    ({ group, kind, name }) => group === sourceGroup && kind === source.kind && name === source.name,
  );
  return {
    kind: 'path',
    file: null,
    line: null,
    kustomization,
    source: { ...source, manifest: manifest?.manifest ?? null },
    here: true,
    root,
    operated: false,
  };
}

/** Nothing says whether an entry that is only a path decrypts: if it did not, it would fail where anything is encrypted. */
const sops: Mapping = mappingOf([['provider', stringOf('sops')]]);

/** The folder that an artifact is pushed from: the first above the path from where paths of Kustomizations are folders. */
function artifactRoot(path: string, folders: ReadonlySet<string>, written: Written): string {
  const paths = written.objects
    .filter(({ file, group }) => group === kustomizationGroup && file.startsWith(`${path}/`))
    .map(({ manifest }) => trimmedPath(specText(manifest, 'path')))
    .filter((folder) => folder !== '');
  const parts = path.split('/');
  const roots = parts.map((_, index) => parts.slice(0, index).join('/'));
  const fits = (root: string) =>
    paths.filter((folder) => folders.has(root === '' ? folder : `${root}/${folder}`)).length;
  return roots.reduce((best, root) => (fits(root) > fits(best) ? root : best), '');
}

/** The source that most Kustomizations name, those below the path if there are any: nothing says how its own is called. */
function usualSource(path: string, written: Written): { kind: string; namespace: string; name: string } {
  const all = written.objects.filter(
    ({ kind, group }) => kind === 'Kustomization' && group === kustomizationGroup,
  );
  const below = all.filter(({ file }) => path === '' || file.startsWith(`${path}/`));
  const counts = new Map<string, number>();
  for (const object of below.length > 0 ? below : all) {
    const key = sourceNamed(object);
    if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  const usual = 'GitRepository/flux-system/flux-system';
  const [kind = '', namespace = '', name = ''] = (most?.[0] ?? usual).split('/');
  return { kind, namespace, name };
}

function sourceNamed({ manifest, namespace }: WrittenObject): string | null {
  const spec = fieldsAt(manifest, 'spec')[0]?.value;
  const reference = spec?.kind === 'mapping' ? fieldsAt(spec, 'sourceRef')[0]?.value : undefined;
  if (reference?.kind !== 'mapping') return null;
  const [kind, name, own] = ['kind', 'name', 'namespace'].map((key) => textAt(reference, key));
  if ((kind !== 'GitRepository' && kind !== 'OCIRepository') || !name) return null;
  return `${kind}/${own || namespace || 'flux-system'}/${name}`;
}

function foldersOf(files: readonly string[]): ReadonlySet<string> {
  const folders = new Set(['']);
  for (const file of files) {
    for (let end = file.lastIndexOf('/'); end > 0; end = file.lastIndexOf('/', end - 1)) {
      const folder = file.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return folders;
}

function noEntry(snapshot: Snapshot, written: Written): SopskitError {
  const kustomizations = written.objects.filter(
    ({ kind, group }) => kind === 'Kustomization' && group === kustomizationGroup,
  );
  const count = kustomizations.length;
  const seen =
    count === 0
      ? 'it has no Kustomization of Flux at all'
      : `it has ${count} Kustomization${count === 1 ? '' : 's'} of Flux, but nothing says where a cluster begins`;
  const broken =
    written.broken.length === 0 ? '' : ` (cannot be read: ${written.broken.slice(0, 3).join(', ')})`;
  return new SopskitError(
    'flux.no-entry',
    `found no entry of a cluster in ${snapshot.label}: no gotk-sync.yaml or other file with a Kustomization and its GitRepository whose path leads to it, and no FluxInstance with a sync; ${seen}${broken}`,
    {
      hint: `Name the sync path, the --path of flux bootstrap: --path ${likelyPath(kustomizations) ?? 'clusters/NAME'}.`,
    },
  );
}

/** The folder nearest to the top that has Kustomizations and is not what another one builds, if there is but one. */
function likelyPath(kustomizations: readonly WrittenObject[]): string | null {
  const built = kustomizations.map(({ manifest }) => trimmedPath(specText(manifest, 'path')));
  const isBuilt = (folder: string) =>
    built.some((path) => path !== '' && (folder === path || folder.startsWith(`${path}/`)));
  const isHidden = (folder: string) => /(?:^|\/)\./.test(folder);
  const depth = (folder: string) => folder.split('/').length;
  const folders = [...new Set(kustomizations.map(({ file }) => folderOf(file)))]
    .filter((folder) => !isHidden(folder) && !isBuilt(folder))
    .sort((a, b) => depth(a) - depth(b));
  const [first, second] = folders;
  if (first === undefined || (second !== undefined && depth(second) === depth(first))) return null;
  return first || '.';
}
