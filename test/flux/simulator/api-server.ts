import type { BuiltObject } from '../../../src/flux/build/build.ts';
import { kustomizationGroup } from '../../../src/flux/kustomization.ts';
import { entriesOf, valueAt } from '../../../src/tree/mapping.ts';
import { createdKustomization, type KustomizationObject } from './kustomization-object.ts';
import type { LiveObject, World } from './world.ts';

const group = kustomizationGroup;

/** Whether an object's labels or annotations have one of these, whatever the letters' case (AnyInMetadata). */
export function marked(
  object: Pick<BuiltObject, 'labels' | 'annotations'>,
  rules: readonly (readonly [string, string])[],
  marks?: ReadonlyMap<string, string>,
): boolean {
  return rules.some(([name, value]) =>
    [object.labels, object.annotations, marks].some(
      (map) => map?.get(`${group}/${name}`)?.toLowerCase() === value,
    ),
  );
}

export function liveMarked(object: LiveObject, rules: readonly (readonly [string, string])[]): boolean {
  return marked(object.built, rules, object.marks);
}

/** Why the API server would not create an object; `null`: it would. */
export function refusal(world: World, object: BuiltObject): string | null {
  const { namespace, group: apiGroup, kind } = object.identity;
  const definition = world.prepared.definitions.get(`${apiGroup}/${kind}`);
  if (definition !== undefined) {
    const live = world.objects.get(definition);
    if (live === undefined) return `no matches for kind "${kind}"`;
    if (live.terminating) return `create not allowed while custom resource definition is terminating`;
  }
  const home = namespace === '' ? undefined : world.prepared.namespaces.get(namespace);
  if (home === undefined) return null;
  const live = world.objects.get(home);
  if (live === undefined) return `namespaces "${namespace}" not found`;
  return live.terminating ? `namespace ${namespace} is being terminated` : null;
}

/** Server-side apply by one field manager, that of all Kustomizations: fields that are not sent go away. */
export function put(world: World, object: BuiltObject, owner: string | null): string | null {
  const live = world.objects.get(object.id);
  if (live === undefined) {
    const refused = refusal(world, object);
    if (refused !== null) return refused;
    create(world, object, owner);
    return null;
  }
  const different = live.built.digest !== object.digest || live.owner !== owner;
  if (different) world.changes++;
  if (different) world.tell(`${owner} configures ${object.id}${live.terminating ? ' (terminating)' : ''}`);
  live.built = object;
  live.owner = owner;
  const key = world.prepared.kustomizationOf(object.id);
  if (key !== null) configure(world, key, object);
  return null;
}

function create(world: World, object: BuiltObject, owner: string | null): void {
  world.changes++;
  world.tell(`${owner} creates ${object.id}`);
  world.objects.set(object.id, {
    id: object.id,
    uid: world.newUid(),
    built: object,
    owner,
    terminating: false,
    marks: new Map(),
  });
  const key = world.prepared.kustomizationOf(object.id);
  if (key !== null) {
    const version = world.prepared.versionOf(key, object);
    const spec = world.prepared.spec(key, version)?.spec;
    if (spec !== undefined) world.write(key, createdKustomization(key, version, spec));
  }
  const source = world.prepared.sources.get(object.id);
  if (source !== undefined)
    world.after('source', source, () => {
      if (world.objects.has(object.id)) world.sourceMoved(source);
    });
}

function configure(world: World, key: string, object: BuiltObject): void {
  const live = world.live(key);
  const version = world.prepared.versionOf(key, object);
  const spec = world.prepared.spec(key, version)?.spec;
  if (live === null || spec === undefined) return;
  // What the manifest does not name stays as others set it: one suspended by hand stays suspended.
  const byHand = live.suspend && !live.spec.suspend;
  const suspend = spec.suspend || (byHand && !namesSuspend(object));
  if (live.version === version && live.suspend === suspend) return;
  const next: KustomizationObject = { ...live, version, spec, suspend, generation: live.generation + 1 };
  world.write(key, next);
}

function namesSuspend({ manifest }: BuiltObject): boolean {
  const spec = valueAt(manifest, 'spec');
  return spec?.kind === 'mapping' && entriesOf(spec).some(({ key }) => key === 'suspend');
}

/** Deletes an object, whoever owns it by now. Returns whether it was there. */
export function remove(world: World, id: string, by: string): boolean {
  const live = world.objects.get(id);
  if (live === undefined) return false;
  if (live.terminating) return true;
  world.changes++;
  world.tell(`${by} deletes ${id}`);
  const known = world.deletions.get(id);
  if (known === undefined) world.deletions.set(id, [by]);
  else known.push(by);
  const key = world.prepared.kustomizationOf(id);
  const kustomization = key === null ? null : world.live(key);
  const { kind, group: apiGroup } = live.built.identity;
  if (kustomization?.finalizer === true) {
    live.terminating = true;
    world.write(kustomization.key, {
      ...kustomization,
      terminating: true,
      generation: kustomization.generation + 1,
    });
  } else if (kind === 'Namespace' && apiGroup === '') emptyNamespace(world, live);
  else if (kind === 'CustomResourceDefinition') emptyDefinition(world, live);
  else if (key === null && isFinalized(world, live.built)) awaitFinalizer(world, live);
  else gone(world, live);
  return true;
}

/** Kinds on which other controllers have a finalizer. */
const finalizedKinds: ReadonlySet<string> = new Set([
  'HelmRelease',
  'PersistentVolumeClaim',
  'GitRepository',
  'OCIRepository',
  'Bucket',
]);

function isFinalized(world: World, object: BuiltObject): boolean {
  return world.prepared.scenario.finalized?.(object) ?? finalizedKinds.has(object.identity.kind);
}

function awaitFinalizer(world: World, live: LiveObject): void {
  live.terminating = true;
  const own = live.built.identity.group === 'source.toolkit.fluxcd.io';
  if (world.prepared.scenario.otherControllers === false && !own) return;
  world.after('finalizer', live.id, () => gone(world, live));
}

function emptyNamespace(world: World, live: LiveObject): void {
  live.terminating = true;
  if (world.prepared.scenario.otherControllers === false) return;
  const { name } = live.built.identity;
  cascade(world, live, 'namespace', ({ identity }) => identity.namespace === name);
}

function emptyDefinition(world: World, live: LiveObject): void {
  live.terminating = true;
  cascade(
    world,
    live,
    'definition',
    ({ identity }) => world.prepared.definitions.get(`${identity.group}/${identity.kind}`) === live.id,
  );
}

function cascade(world: World, live: LiveObject, by: string, within: (object: BuiltObject) => boolean): void {
  for (const object of world.objects.values())
    if (within(object.built)) world.after('cascade', object.id, () => void remove(world, object.id, by));
  world.after('cascade', live.id, () => goneIfEmpty(world, live));
}

function goneIfEmpty(world: World, live: LiveObject): void {
  if (!live.terminating || world.objects.get(live.id) !== live) return;
  const { kind, name } = live.built.identity;
  for (const { built } of world.objects.values()) {
    const { identity } = built;
    const inside =
      kind === 'Namespace'
        ? identity.namespace === name
        : world.prepared.definitions.get(`${identity.group}/${identity.kind}`) === live.id;
    if (inside) return;
  }
  gone(world, live);
}

/** Takes an object out of the API server; what waited for it to go may go too. */
export function gone(world: World, live: LiveObject): void {
  if (world.objects.get(live.id) !== live) return;
  world.changes++;
  world.objects.delete(live.id);
  world.tell(`${live.id} is gone`);
  const key = world.prepared.kustomizationOf(live.id);
  if (key !== null) world.write(key, null);
  const source = world.prepared.sources.get(live.id);
  if (source !== undefined) world.artifacts.delete(source);
  const { namespace, group: apiGroup, kind } = live.built.identity;
  const homes = [
    world.prepared.namespaces.get(namespace),
    world.prepared.definitions.get(`${apiGroup}/${kind}`),
  ];
  for (const id of homes) {
    const home = id === undefined ? undefined : world.objects.get(id);
    if (home?.terminating === true) goneIfEmpty(world, home);
  }
}
