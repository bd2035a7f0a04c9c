import type { Build, BuiltObject } from '../../../src/flux/build/build.ts';
import type { FluxKustomization, KustomizationSpec } from '../../../src/flux/kustomization.ts';
import { kustomizationGroup } from '../../../src/flux/kustomization.ts';
import { parseId, printId } from '../../../src/flux/object-id.ts';
import type { ClusterChange, KustomizationChange, Side } from '../../../src/flux/plan/change.ts';
import { mappingOf, stringOf } from '../../../src/tree/mapping.ts';
import type { Mapping, Value } from '../../../src/tree/value.ts';

/** What a made-up Kustomization is told to be; the rest is as the API server fills it in. */
export type SpecPart = Partial<KustomizationSpec>;

export const source = 'GitRepository/flux-system/flux-system';

/** Makes up a Kustomization. */
export function madeKustomization(key: string, part: SpecPart = {}): FluxKustomization {
  const [namespace = '', name = ''] = key.split('/');
  const spec: KustomizationSpec = { ...defaults(namespace), ...part };
  return {
    namespace,
    name,
    labels: new Map(),
    annotations: new Map(),
    manifest: mappingOf([
      ['apiVersion', stringOf(`${kustomizationGroup}/v1`)],
      ['kind', stringOf('Kustomization')],
      [
        'metadata',
        mappingOf([
          ['namespace', stringOf(namespace)],
          ['name', stringOf(name)],
        ]),
      ],
      ['spec', specManifest(spec)],
    ]),
    spec,
  };
}

function defaults(namespace: string): KustomizationSpec {
  return {
    path: '',
    prune: true,
    deletionPolicy: 'MirrorPrune',
    suspend: false,
    wait: false,
    force: false,
    sourceRef: { kind: 'GitRepository', namespace, name: 'flux-system' },
    dependsOn: [],
    decryption: null,
    targetNamespace: null,
    namePrefix: null,
    nameSuffix: null,
    commonLabels: new Map(),
    commonAnnotations: new Map(),
    components: [],
    ignoreMissingComponents: false,
    patches: [],
    images: [],
    buildMetadata: [],
    postBuild: null,
    healthChecks: [],
    healthCheckExprs: [],
    remoteCluster: false,
    serviceAccountName: null,
    interval: '10m',
    retryInterval: null,
    timeout: null,
  };
}

/** The spec as somebody writes it: what is as by default is left out. */
function specManifest(spec: KustomizationSpec): Mapping {
  const { kind, namespace, name } = spec.sourceRef;
  return mappingOf([
    ['interval', stringOf('10m')],
    ['path', stringOf(`./${spec.path}`)],
    ['prune', { kind: 'bool', value: spec.prune }],
    ['sourceRef', textsOf({ kind, namespace, name })],
    ['deletionPolicy', spec.deletionPolicy === 'MirrorPrune' ? undefined : stringOf(spec.deletionPolicy)],
    ['suspend', spec.suspend ? { kind: 'bool', value: true } : undefined],
    ['wait', spec.wait ? { kind: 'bool', value: true } : undefined],
    ['nameSuffix', spec.nameSuffix === null ? undefined : stringOf(spec.nameSuffix)],
    ['patches', spec.patches.length === 0 ? undefined : { kind: 'sequence', items: [...spec.patches] }],
    ['dependsOn', spec.dependsOn.length === 0 ? undefined : dependencies(spec)],
  ]);
}

function dependencies({ dependsOn }: KustomizationSpec): Value {
  return { kind: 'sequence', items: dependsOn.map(({ namespace, name }) => textsOf({ namespace, name })) };
}

function textsOf(texts: Readonly<Record<string, string>>): Mapping {
  return mappingOf(Object.entries(texts).map(([name, text]) => [name, stringOf(text)]));
}

export interface ObjectPart {
  readonly annotations?: Readonly<Record<string, string>>;
  /** What differs where the object differs: its content. */
  readonly content?: string;
  readonly manifest?: Mapping;
}

/** Makes up an object as a Kustomization builds it: `ConfigMap apps/x`, `Namespace apps`, `Widget.example.com apps/w`. */
export function madeObject(text: string, owner: string, part: ObjectPart = {}): BuiltObject {
  const [kindText = '', place = ''] = text.split(' ');
  const dot = kindText.indexOf('.');
  const kind = dot < 0 ? kindText : kindText.slice(0, dot);
  const group = dot < 0 ? '' : kindText.slice(dot + 1);
  const slash = place.indexOf('/');
  const identity = {
    namespace: slash < 0 ? '' : place.slice(0, slash),
    name: slash < 0 ? place : place.slice(slash + 1),
    group,
    kind,
  };
  const [ownerNamespace = '', ownerName = ''] = owner.split('/');
  const annotations = new Map(
    Object.entries(part.annotations ?? {}).map(([name, value]) => [`${kustomizationGroup}/${name}`, value]),
  );
  const labels = new Map([
    [`${kustomizationGroup}/name`, ownerName],
    [`${kustomizationGroup}/namespace`, ownerNamespace],
  ]);
  const id = printId(identity);
  return {
    id,
    identity,
    apiVersion: group === '' ? 'v1' : `${group}/v1`,
    labels,
    annotations,
    manifest: part.manifest ?? manifestOf(identity, part.content ?? ''),
    digest: [id, owner, part.content ?? '', ...[...annotations].map((pair) => pair.join('='))].join(' '),
  };
}

function manifestOf(identity: BuiltObject['identity'], content: string): Mapping {
  const spec =
    identity.kind === 'CustomResourceDefinition'
      ? mappingOf([
          ['group', stringOf('example.com')],
          ['names', mappingOf([['kind', stringOf('Widget')]])],
        ])
      : mappingOf([['content', stringOf(content)]]);
  return mappingOf([
    ['kind', stringOf(identity.kind)],
    ['spec', spec],
  ]);
}

/** A Kustomization as its parent builds it. */
export function builtKustomization(kustomization: FluxKustomization, owner: string): BuiltObject {
  const { namespace, name, manifest } = kustomization;
  const id = printId({ namespace, name, group: kustomizationGroup, kind: 'Kustomization' });
  const spec = JSON.stringify(kustomization.spec, (_, value) => (value instanceof Map ? [...value] : value));
  const made = madeObject(`Kustomization.${kustomizationGroup} ${namespace}/${name}`, owner, { manifest });
  return { ...made, identity: parseId(id), digest: `${id} ${owner} ${spec}` };
}

/** Objects as texts, or a build that fails. */
export type MadeBuild = readonly (string | BuiltObject)[] | 'fails' | 'unknown';

export function madeBuild(key: string, made: MadeBuild): Build {
  if (made === 'fails') return { kind: 'failed', message: 'kustomize build failed', fix: 'mend it' };
  if (made === 'unknown')
    return {
      kind: 'unknown',
      unknowns: [{ reason: 'remote-base', subject: key, message: 'a remote base', fix: 'allow it' }],
    };
  const objects = made.map((object) => (typeof object === 'string' ? madeObject(object, key) : object));
  return { kind: 'built', objects, unknowns: [] };
}

export interface MadeSide {
  readonly spec: SpecPart;
  /** What it builds over its own side's tree, and, where that differs, over the other's. */
  readonly builds: MadeBuild;
  readonly overOther?: MadeBuild;
  readonly source?: string;
}

/** Makes up a change; a side that is left out is not there. Kustomizations' own objects are not added to parents. */
export function madeChange(
  kustomizations: Readonly<Record<string, Partial<Record<Side, MadeSide>>>>,
  entry: string,
): ClusterChange {
  const made = new Map<string, KustomizationChange>();
  for (const [key, sides] of Object.entries(kustomizations))
    made.set(key, madeKustomizationChange(key, sides));
  return { cluster: 'clusters/test', entry, kustomizations: made, unknowns: [] };
}

function madeKustomizationChange(key: string, sides: Partial<Record<Side, MadeSide>>): KustomizationChange {
  const of = <T>(make: (side: MadeSide) => T): Record<Side, T | null> => ({
    base: sides.base === undefined ? null : make(sides.base),
    head: sides.head === undefined ? null : make(sides.head),
  });
  const builds = new Map<string, Build>();
  return {
    key,
    spec: of(({ spec }) => madeKustomization(key, spec)),
    source: of((side) => side.source ?? source),
    view(spec, tree) {
      const side = sides[spec];
      if (side === undefined) return null;
      const other = sides[tree];
      // A Kustomization whose path stays reads what the other side has there.
      const made = spec === tree ? side.builds : (side.overOther ?? other?.builds ?? 'fails');
      const name = `${spec} ${tree}`;
      const build = builds.get(name) ?? madeBuild(key, made);
      builds.set(name, build);
      return build;
    },
  };
}
