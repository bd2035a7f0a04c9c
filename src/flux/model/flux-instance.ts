import type { Format } from '../../formats/format.ts';
import { fieldsAt, textAt } from '../../manifests/kubernetes-object.ts';
import { mappingOf, stringOf, valueAt } from '../../tree/mapping.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import type { Builder, BuiltObject } from '../build/build.ts';
import type { SourceTree } from '../build/source-tree.ts';
import { type FluxKustomization, kustomizationGroup } from '../kustomization.ts';
import { readKustomization, trimmedPath } from '../kustomization-read.ts';
import { isSameRepository } from '../source/repository-url.ts';
import type { SourceInCluster } from '../source/source-in-cluster.ts';
import { type Candidate, listOf, plainKustomization, sourceReference } from './candidate.ts';
import type { RepositoryFacts } from './gotk-sync.ts';
import { isLenientInstance } from './installed-flux.ts';
import type { Written } from './written-objects.ts';

/** What the flux-operator makes a source and a Kustomization of. */
interface Instance {
  readonly file: string;
  readonly line: number;
  readonly namespace: string;
  /** `spec` of a FluxInstance. */
  readonly spec: Mapping;
}

export interface InstanceWorld extends RepositoryFacts {
  readonly builder: Builder;
  readonly yaml: Format;
  /** Sync paths that are asked for: an artifact may be made of a folder above them. */
  readonly paths: readonly string[];
}

/**
 * Finds FluxInstances that sync with this repository: objects, HelmReleases of the chart `flux-instance` with its values,
 * and files with such values. Source and Kustomization are those of the operator's template (flux-operator,
 * internal/builder/templates.go), with the instance's own patches.
 */
export async function fluxInstances(written: Written, world: InstanceWorld): Promise<Candidate[]> {
  const found: Candidate[] = [];
  for (const instance of instancesIn(written)) {
    const sync = mappingAt(instance.spec, 'sync');
    if (sync === null || !isHere(sync, world)) continue;
    const { kustomization, source } = await operated(instance, sync, world);
    const lenient = isLenientInstance(instance.spec);
    found.push({
      kind: 'flux-instance',
      file: instance.file,
      line: instance.line,
      kustomization,
      source,
      here: source.kind === 'GitRepository',
      operated: true,
      ...(lenient === null ? {} : { lenient }),
    });
  }
  return found;
}

function instancesIn(written: Written): Instance[] {
  const objects = written.objects.flatMap((object): Instance[] => {
    const spec = mappingAt(object.manifest, 'spec');
    if (spec === null) return [];
    const { file, line } = object;
    if (object.kind === 'FluxInstance' && object.group === 'fluxcd.controlplane.io')
      return [{ file, line, namespace: object.namespace || 'flux-system', spec }];
    const values = object.kind === 'HelmRelease' ? mappingAt(spec, 'values') : null;
    const instance = values === null ? null : mappingAt(values, 'instance');
    if (instance === null) return [];
    const namespace = textAt(spec, 'targetNamespace') || object.namespace || 'flux-system';
    return [{ file, line, namespace, spec: instance }];
  });
  const values = written.values.flatMap(({ file, line, values: mapping }): Instance[] => {
    const spec = mappingAt(mapping, 'instance');
    return spec === null ? [] : [{ file, line, namespace: 'flux-system', spec }];
  });
  return [...objects, ...values];
}

/** Kinds of sources that the operator makes; `Kustomization` is what it makes beside them. */
const syncKinds = ['GitRepository', 'OCIRepository', 'Bucket'];

/** Whether its sync is about this repository: by its address, or because the folder is here. */
function isHere(sync: Mapping, { remotes, hasFolder, paths }: InstanceWorld): boolean {
  const [kind, url, path] = ['kind', 'url', 'path'].map((key) => textAt(sync, key));
  if (kind === undefined || !syncKinds.includes(kind) || url === undefined || path === undefined)
    return false;
  if (kind === 'GitRepository' && remotes.some((remote) => isSameRepository(remote, url))) return true;
  const folder = trimmedPath(path);
  if (kind !== 'GitRepository' && paths.some((asked) => isBelow(asked, folder))) return true;
  return folder !== '' && hasFolder(folder);
}

/** Whether a path is another one with folders before it: that of the repository, and that within an artifact. */
export function isBelow(path: string, within: string): boolean {
  return within !== '' && path.endsWith(`/${within}`);
}

async function operated(
  instance: Instance,
  sync: Mapping,
  world: InstanceWorld,
): Promise<{ kustomization: FluxKustomization; source: SourceInCluster }> {
  const kind = textAt(sync, 'kind');
  const name = textAt(sync, 'name') || instance.namespace;
  const identity = { namespace: instance.namespace, name };
  const source = sourceManifest(sync, kind, identity);
  const kustomization = plainKustomization(identity, {
    path: stringOf(textAt(sync, 'path')),
    sourceRef: sourceReference(kind, name),
  });
  const objects = await patched([source, annotated(kustomization.manifest)], instance, world);
  const built = objects.find(({ identity: id }) => id.group === kustomizationGroup && id.name === name);
  const repository = objects.find(({ identity: id }) => id.kind === kind && id.name === name);
  const read = built === undefined ? null : readKustomization(withoutLabels(built.manifest));
  return {
    kustomization: read ?? kustomization,
    source: {
      kind,
      ...identity,
      manifest: repository === undefined ? source : withoutLabels(repository.manifest),
    },
  };
}

/** The builder labels what it builds with its owner, a Kustomization that is none. */
function withoutLabels(manifest: Mapping): Mapping {
  return changedAt(manifest, 'metadata', (metadata) => ({
    kind: 'mapping',
    entries: metadata.entries.filter((entry) => entry.kind !== 'entry' || entry.key !== 'labels'),
  }));
}

function changedAt(mapping: Mapping, key: string, change: (below: Mapping) => Mapping): Mapping {
  const entries = mapping.entries.map((entry) =>
    entry.kind === 'entry' && entry.key === key && entry.value.kind === 'mapping'
      ? { ...entry, value: change(entry.value) }
      : entry,
  );
  return { kind: 'mapping', entries };
}

/** Has kustomize apply the instance's patches, those that are not about the controllers. */
async function patched(
  manifests: readonly Mapping[],
  { namespace, spec }: Instance,
  { builder, yaml }: InstanceWorld,
): Promise<readonly BuiltObject[]> {
  const kustomize = mappingAt(spec, 'kustomize');
  const list = kustomize === null ? undefined : valueAt(kustomize, 'patches');
  const patches = list?.kind === 'sequence' ? list.items.filter(isOfSync) : [];
  const tree = treeOf('sync.yaml', yaml.emit(manifests, { indent: 2 }));
  const operator = plainKustomization(
    { namespace, name: 'flux-operator' },
    { sourceRef: sourceReference('GitRepository', 'flux-operator'), patches: listOf(patches) },
  );
  const build = await builder.build(operator, tree, { find: () => null });
  return build.kind === 'built' ? build.objects : [];
}

/** Whether a patch may be about what `sync` makes: others would fail here, where their objects are not. */
function isOfSync(patch: Value | { readonly kind: 'comment' }): patch is Mapping {
  if (patch.kind !== 'mapping') return false;
  const target = mappingAt(patch, 'target');
  const kind = target === null ? kindInText(textAt(patch, 'patch')) : textAt(target, 'kind');
  if (kind === '') return target !== null;
  try {
    return ['Kustomization', ...syncKinds].some((name) => new RegExp(`^(?:${kind})$`).test(name));
  } catch {
    return false;
  }
}

function kindInText(patch: string): string {
  return /^\s*kind:\s*["']?([A-Za-z]+)/m.exec(patch)?.[1] ?? '';
}

function sourceManifest(
  sync: Mapping,
  kind: string,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Mapping {
  const [url, ref, interval, pullSecret, provider] = ['url', 'ref', 'interval', 'pullSecret', 'provider'].map(
    (key) => textAt(sync, key),
  );
  const referred = stringOf(ref ?? '');
  const spec: [string, Value | undefined][] = [
    ['interval', stringOf(interval || '1m')],
    [
      'ref',
      kind === 'Bucket' ? undefined : mappingOf([[kind === 'GitRepository' ? 'name' : 'tag', referred]]),
    ],
    ['bucketName', kind === 'Bucket' ? referred : undefined],
    ['secretRef', pullSecret ? mappingOf([['name', stringOf(pullSecret)]]) : undefined],
    ['provider', provider ? stringOf(provider) : undefined],
    [kind === 'Bucket' ? 'endpoint' : 'url', stringOf(url ?? '')],
  ];
  return mappingOf([
    ['apiVersion', stringOf('source.toolkit.fluxcd.io/v1')],
    ['kind', stringOf(kind)],
    [
      'metadata',
      mappingOf([
        ['name', stringOf(name)],
        ['namespace', stringOf(namespace)],
      ]),
    ],
    ['spec', mappingOf(spec)],
  ]);
}

/** The operator protects what it makes from the Kustomizations it makes. */
function annotated(manifest: Mapping): Mapping {
  const annotations = mappingOf([
    ['kustomize.toolkit.fluxcd.io/ssa', stringOf('Ignore')],
    ['kustomize.toolkit.fluxcd.io/prune', stringOf('Disabled')],
  ]);
  return changedAt(manifest, 'metadata', (metadata) => ({
    kind: 'mapping',
    entries: [...metadata.entries, { kind: 'entry', key: 'annotations', value: annotations }],
  }));
}

function treeOf(file: string, bytes: Uint8Array): SourceTree {
  return {
    label: 'the FluxInstance',
    files: [{ path: file, kind: 'file', blob: null }],
    read: async (path) => (path === file ? bytes : null),
  };
}

function mappingAt(mapping: Mapping, key: string): Mapping | null {
  const value = fieldsAt(mapping, key)[0]?.value;
  return value?.kind === 'mapping' ? value : null;
}
