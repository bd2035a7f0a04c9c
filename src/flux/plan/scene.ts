import type { BuiltObject } from '../build/build.ts';
import type { ClusterChange, LiveState } from './change.ts';
import { isKept, isKeptByBuild, isLeftAlone, ownerOf, reachesLive } from './protection.ts';
import { reachStates } from './reach.ts';
import { type Actor, type ObjectKey, objectOf, type State } from './state.ts';

/** A change, with what every Kustomization may do in it. */
export interface Scene {
  readonly change: ClusterChange;
  readonly live: LiveState | null;
  readonly actors: ReadonlyMap<string, Actor>;
}

export function openScene(change: ClusterChange, live: LiveState | null): Scene {
  return { change, live, actors: reachStates(change, live) };
}

/** What has an object before it is dropped: the inventory at the start, or a run that applied it. */
export type Origin = State | 'start';

/** A Kustomization's object as an origin has it; `undefined`: it has it not, `null`: only its id. */
export function objectAt(actor: Actor, origin: Origin, key: ObjectKey): BuiltObject | null | undefined {
  return origin === 'start' ? actor.start?.get(key) : origin.applies?.get(key);
}

/**
 * Whether a Kustomization that had an object by `origin` would delete it: its owner labels may name it, and nothing
 * that is known to be on the live object forbids it. What a build marks as left alone never reaches the cluster by it.
 */
export function wouldDelete(scene: Scene, actor: Actor, origin: Origin, key: ObjectKey): boolean {
  const object = objectAt(actor, origin, key);
  if (object === undefined) return false;
  const live = scene.live?.objects.get(key);
  if (live === null) return origin !== 'start';
  if (live !== undefined && isLeftAlone(live)) return false;
  if (origin !== 'start' && object !== null && reachesLive(object)) return !isKeptByBuild(object);
  if (live !== undefined) return !isKept(live) && ownerOf(live) === actor.key;
  // the object of the start, as far as the repository tells
  const first = actor.start?.get(key);
  return first == null || !isKeptByBuild(first);
}

/** Whether a run of a Kustomization puts its own labels on a live object. */
export function takesOver(state: State, key: ObjectKey): boolean {
  const object = state.applies?.get(key);
  return object !== undefined && reachesLive(object);
}

/** Keys of every Kustomization that may have an object, at the start or by a run. */
export function holdersOf(scene: Scene): ReadonlyMap<ObjectKey, ReadonlySet<string>> {
  const holders = new Map<ObjectKey, Set<string>>();
  for (const { key, start, states } of scene.actors.values()) {
    for (const objects of [start, ...states.map(({ applies }) => applies)]) {
      for (const object of objects?.keys() ?? [])
        holders.set(object, (holders.get(object) ?? new Set()).add(key));
    }
  }
  return holders;
}

/** Every object of the scene by key, as some build has it; `null` where only its id is known. */
export function objectsOf(scene: Scene): ReadonlyMap<ObjectKey, BuiltObject | null> {
  const found = new Map<ObjectKey, BuiltObject | null>();
  // an entry is there without any build that has it
  for (const { key, specs } of scene.actors.values()) if (specs.base !== null) found.set(objectOf(key), null);
  for (const { start, states } of scene.actors.values()) {
    for (const objects of [start, ...states.map(({ applies }) => applies)]) {
      for (const [key, object] of objects ?? [])
        if (object !== null || !found.has(key)) found.set(key, object);
    }
  }
  return found;
}

/** How a Kustomization is called in sentences: its name, with its namespace where that is needed. */
export function nameIn(scene: Scene, key: string): string {
  const name = key.slice(key.indexOf('/') + 1);
  const alike = [...scene.actors.values()].filter((actor) => actor.key.endsWith(`/${name}`));
  return `\`${alike.length > 1 ? key : name}\``;
}
