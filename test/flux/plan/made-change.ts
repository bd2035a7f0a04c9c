import type { Build, BuiltObject } from '../../../src/flux/build/build.ts';
import { type FluxKustomization, keyOf } from '../../../src/flux/kustomization.ts';
import { readKustomization } from '../../../src/flux/kustomization-read.ts';
import { printId } from '../../../src/flux/object-id.ts';
import type { ClusterChange, KustomizationChange, Side } from '../../../src/flux/plan/change.ts';
import type { Unknown } from '../../../src/flux/unknown.ts';
import { readJson } from './read-json.ts';

/** A manifest, as JSON has it. */
export type Manifest = Record<string, unknown>;

/** Folders of a source with the manifests in each; what is no list is how its build ends. */
export type Folders = Record<string, readonly Manifest[] | Build>;

/** A repository as one source has it, before and after. */
export interface MadeChange {
  readonly base: Folders;
  /** Folders that differ; `null` takes one away. */
  readonly head: Record<string, readonly Manifest[] | Build | null>;
  /** Other sources, by name; the entry's is `flux-system`. */
  readonly sources?: Record<string, { readonly base: Folders; readonly head: Folders }>;
}

export const entryPath = 'clusters/test';

/** Makes a change of a cluster whose entry is `flux-system` over `clusters/test`. */
export function madeChange(made: MadeChange): ClusterChange {
  const head = Object.fromEntries(
    Object.entries({ ...made.base, ...made.head }).filter(
      (one): one is [string, readonly Manifest[] | Build] => one[1] !== null,
    ),
  );
  const sources = { 'flux-system': { base: made.base, head }, ...made.sources };
  const reached = { base: reach(sources, 'base'), head: reach(sources, 'head') };
  const keys = new Set([...reached.base.keys(), ...reached.head.keys()]);
  const change = (key: string): KustomizationChange => {
    const spec = { base: reached.base.get(key) ?? null, head: reached.head.get(key) ?? null };
    const views = new Map<string, Build>();
    const view = (side: Side, tree: Side): Build | null => {
      const found = spec[side];
      if (found === null) return null;
      const name = `${side} ${tree}`;
      const build = views.get(name) ?? buildOf(sources, found, tree);
      views.set(name, build);
      return build;
    };
    return { key, spec, source: { base: sourceOf(spec.base), head: sourceOf(spec.head) }, view };
  };
  return {
    cluster: entryPath,
    entry: 'flux-system/flux-system',
    kustomizations: new Map([...keys].map((key) => [key, change(key)])),
    unknowns: [],
  };
}

type Sources = Record<string, Record<Side, Folders>>;

function reach(sources: Sources, side: Side): ReadonlyMap<string, FluxKustomization> {
  const entry = readKs(ks('flux-system', entryPath));
  const found = new Map([[keyOf(entry), entry]]);
  for (const one of found.values()) {
    const build = buildOf(sources, one, side);
    for (const object of build.kind === 'built' && !one.spec.remoteCluster ? build.objects : []) {
      if (object.identity.kind !== 'Kustomization') continue;
      const child = readKustomization(object.manifest);
      if (child !== null && (!found.has(keyOf(child)) || keyOf(child) === keyOf(entry)))
        found.set(keyOf(child), child);
    }
  }
  return found;
}

function buildOf(sources: Sources, { spec, namespace, name }: FluxKustomization, tree: Side): Build {
  const folders = sources[spec.sourceRef.name]?.[tree];
  if (folders === undefined)
    return { kind: 'failed', message: `Source '${spec.sourceRef.name}' not found`, fix: 'Add it.' };
  const content = folders[spec.path];
  if (content === undefined)
    return { kind: 'failed', message: `kustomization path not found: ${spec.path}`, fix: 'Add the folder.' };
  if ('kind' in content) return content;
  const objects = (content as readonly Manifest[]).map((manifest) => {
    const moved = { ...manifest, metadata: { ...(manifest['metadata'] as Manifest) } };
    if (spec.targetNamespace !== null) moved.metadata['namespace'] = spec.targetNamespace;
    if (spec.namePrefix !== null) moved.metadata['name'] = `${spec.namePrefix}${moved.metadata['name']}`;
    return built(moved, { name, namespace });
  });
  return { kind: 'built', objects, unknowns: [] };
}

function built(
  manifest: Manifest,
  owner: { readonly name: string; readonly namespace: string },
): BuiltObject {
  const metadata = manifest['metadata'] as Record<string, unknown>;
  const [version = '', kind = ''] = [manifest['apiVersion'] as string, manifest['kind'] as string];
  const identity = {
    namespace: (metadata['namespace'] as string | undefined) ?? '',
    name: metadata['name'] as string,
    group: version.includes('/') ? version.slice(0, version.indexOf('/')) : '',
    kind,
  };
  const labels = new Map([
    ...Object.entries((metadata['labels'] ?? {}) as Record<string, string>),
    ['kustomize.toolkit.fluxcd.io/name', owner.name],
    ['kustomize.toolkit.fluxcd.io/namespace', owner.namespace],
  ] as [string, string][]);
  const annotations = new Map(Object.entries((metadata['annotations'] ?? {}) as Record<string, string>));
  const digest = JSON.stringify([manifest, [...labels]]);
  return {
    id: printId(identity),
    identity,
    apiVersion: version,
    labels,
    annotations,
    manifest: readJson(manifest),
    digest,
  };
}

export function readKs(manifest: Manifest): FluxKustomization {
  const read = readKustomization(readJson(manifest));
  if (read === null) throw new Error('no Kustomization');
  return read;
}

function sourceOf(spec: FluxKustomization | null): string | null {
  return spec === null ? null : `GitRepository/flux-system/${spec.spec.sourceRef.name}`;
}

/** A Kustomization over a folder; it prunes, if `spec` does not say otherwise. */
export function ks(name: string, path: string, spec: Manifest = {}): Manifest {
  const { source = 'flux-system', ...rest } = spec;
  return object('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', `flux-system/${name}`, {
    spec: {
      interval: '10m',
      path: `./${path}`,
      prune: true,
      sourceRef: { kind: 'GitRepository', name: source },
      ...rest,
    },
  });
}

/** An object; `name` is `namespace/name`, or the name alone of one without a namespace. */
export function object(apiVersion: string, kind: string, name: string, rest: Manifest = {}): Manifest {
  const [first = '', second] = name.split('/');
  const { metadata = {}, ...body } = rest;
  const where = second === undefined ? { name: first } : { namespace: first, name: second };
  return { apiVersion, kind, metadata: { ...where, ...(metadata as Manifest) }, ...body };
}

export function configMap(name: string, data: Manifest = {}): Manifest {
  return object('v1', 'ConfigMap', `apps/${name}`, { data });
}

export function kept(manifest: Manifest, mark = 'prune', value = 'disabled'): Manifest {
  const annotations = { [`kustomize.toolkit.fluxcd.io/${mark}`]: value };
  return { ...manifest, metadata: { ...(manifest['metadata'] as Manifest), annotations } };
}

export function release(name: string, spec: Manifest = {}): Manifest {
  return object('helm.toolkit.fluxcd.io/v2', 'HelmRelease', `kube-system/${name}`, {
    spec: { interval: '1h', chart: { spec: { chart: name } }, ...spec },
  });
}

export function builtOf(manifest: Manifest): BuiltObject {
  return built(manifest, { name: 'x', namespace: 'x' });
}

export function idOf(manifest: Manifest): string {
  return builtOf(manifest).id;
}

export const notKnown: Build = {
  kind: 'unknown',
  unknowns: [
    {
      reason: 'remote-base',
      subject: 'apps/kustomization.yaml',
      message: 'it takes in a remote base',
      fix: 'Use --remote-bases.',
    },
  ] satisfies Unknown[],
};
