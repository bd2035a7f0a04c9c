import type { BuiltObject } from '../build/build.ts';
import type { FluxKustomization } from '../kustomization.ts';
import { parseId } from '../object-id.ts';
import { definedKind, isNamespace, isOfKind } from './cluster-objects.ts';
import { isForced } from './protection.ts';
import { recreation } from './recreation.ts';
import { type Origin, objectsOf, type Scene, takesOver, wouldDelete } from './scene.ts';
import { type Actor, mayFollow, type ObjectKey, objectOf, partsOf, type State } from './state.ts';
import { ThreatList, type Threats } from './threat.ts';

/** Finds every way in which an object of a scene may be deleted, in any order of events. */
export function findThreats(scene: Scene): Threats {
  const threats = new ThreatList();
  const objects = objectsOf(scene);
  for (const actor of scene.actors.values()) addPruned(scene, actor, threats);
  addRecreated(scene, threats);
  for (let found = true; found; ) {
    found = false;
    for (const actor of scene.actors.values())
      if (threats.has(objectOf(actor.key))) found = addFinalized(scene, actor, threats) || found;
    found = addCascades(objects, threats) || found;
  }
  return threats.all;
}

/** What a run of a Kustomization finds in its inventory, and no more in what it applied (`inventory.Diff`). */
function addPruned(scene: Scene, actor: Actor, threats: ThreatList): void {
  for (const state of actor.states) {
    if (state.applies === null || !state.spec.spec.prune) continue;
    for (const origin of originsBefore(actor, state)) {
      if (realmOfOrigin(actor, origin) !== state.realm) continue;
      for (const key of idsAt(actor, origin)) {
        if (!state.applies.has(key) && wouldDelete(scene, actor, origin, key))
          threats.add(key, { by: 'prune', actor, origin, state });
      }
    }
  }
}

/** What may have filled the inventory that a run begins with. */
export function originsBefore(actor: Actor, state: State): readonly Origin[] {
  return [
    'start',
    ...actor.states.filter((earlier) => earlier.applies !== null && mayFollow(actor, earlier, state)),
  ];
}

export function idsAt(actor: Actor, origin: Origin): Iterable<ObjectKey> {
  return (origin === 'start' ? actor.start : origin.applies)?.keys() ?? [];
}

function realmOfOrigin(actor: Actor, origin: Origin): string | null {
  if (origin !== 'start') return origin.realm;
  for (const key of idsAt(actor, 'start')) return partsOf(key).realm;
  return null;
}

/** What the finalizer of a Kustomization deletes that is deleted itself; returns whether there was something new. */
function addFinalized(scene: Scene, actor: Actor, threats: ThreatList): boolean {
  if (!liveSpecs(actor).some(deletesAll)) return false;
  let found = false;
  for (const origin of ['start', ...actor.states.filter(({ applies }) => applies !== null)] as const) {
    for (const key of idsAt(actor, origin)) {
      if (wouldDelete(scene, actor, origin, key))
        found = threats.add(key, { by: 'finalizer', actor, origin }) || found;
    }
  }
  return found;
}

/** The specs that may be live when a Kustomization is deleted. */
export function liveSpecs({ specs, states }: Actor): readonly FluxKustomization[] {
  const found = new Set<FluxKustomization>(states.map(({ spec }) => spec));
  if (specs.base !== null) found.add(specs.base);
  return [...found];
}

/** Whether the finalizer deletes what the inventory has (`finalizerShouldDeleteResources`). */
export function deletesAll({ spec }: FluxKustomization): boolean {
  if (spec.suspend || spec.deletionPolicy === 'Orphan') return false;
  return spec.deletionPolicy !== 'MirrorPrune' || spec.prune;
}

/** What goes with a Namespace, and with the definition of its kind, whoever owns it. */
function addCascades(objects: ReadonlyMap<ObjectKey, BuiltObject | null>, threats: ThreatList): boolean {
  let found = false;
  for (const [via, object] of objects) {
    if (!threats.has(via)) continue;
    const { realm, id } = partsOf(via);
    const identity = parseId(id);
    const defined = definedKind(identity, object);
    if (defined === null && !isNamespace(identity)) continue;
    for (const key of objects.keys()) {
      const other = partsOf(key);
      if (other.realm !== realm) continue;
      const fallen = parseId(other.id);
      if (defined === null ? fallen.namespace === identity.name : isOfKind(fallen, defined))
        found = threats.add(key, { by: defined === null ? 'namespace' : 'definition', via }) || found;
    }
  }
  return found;
}

/** What a forced apply deletes because the API server refuses to change it. */
function addRecreated(scene: Scene, threats: ThreatList): void {
  const copies = copiesOf(scene);
  for (const actor of scene.actors.values()) {
    for (const state of actor.states) {
      if (state.side === 'base' && state.tree === 'base') continue; // what it does without the change
      for (const [key, object] of state.applies ?? []) {
        for (const before of copies.get(key)?.values() ?? []) {
          const forced = state.spec.spec.force || isForced(object) || isForced(before);
          if (!forced || !takesOver(state, key)) continue;
          const found = recreation(before, object);
          if (found !== null) threats.add(key, { by: 'recreate', actor, state, ...found });
        }
      }
    }
  }
}

/** Every different form of the objects that are there at the start, or applied before the end. */
function copiesOf(scene: Scene): ReadonlyMap<ObjectKey, ReadonlyMap<string, BuiltObject>> {
  const copies = new Map<ObjectKey, Map<string, BuiltObject>>();
  for (const { start, states } of scene.actors.values()) {
    for (const objects of [start, ...states.map(({ applies }) => applies)]) {
      for (const [key, object] of objects ?? []) {
        if (object === null) continue;
        const known = copies.get(key) ?? new Map<string, BuiltObject>();
        copies.set(key, known.set(object.digest, object));
      }
    }
  }
  return copies;
}
