import type { FluxKustomization } from '../kustomization.ts';
import { deletesAll, idsAt, liveSpecs, originsBefore } from './find-threats.ts';
import { reachesLive } from './protection.ts';
import { holdersOf, type Origin, objectAt, type Scene, wouldDelete } from './scene.ts';
import type { Settlement } from './settlement.ts';
import { type Actor, type ObjectKey, objectOf, type State } from './state.ts';
import type { Threats } from './threat.ts';

/** One way in which an object leaves a Kustomization's inventory, and stays in the cluster. */
export type Release =
  /** A run finds it in the inventory, and no more in what it applied, and does not prune it. */
  | { readonly by: 'drop'; readonly actor: Actor; readonly state: State }
  /** The Kustomization is deleted, and its finalizer leaves it; `spec`: the one that says so. */
  | { readonly by: 'end'; readonly actor: Actor; readonly spec: FluxKustomization | null };

/** Finds the objects that may end in nobody's inventory: some Kustomization lets them go, and none is sure to have them. */
export function findReleases(
  scene: Scene,
  threats: Threats,
  settlement: Settlement,
): ReadonlyMap<ObjectKey, readonly Release[]> {
  const found = new Map<ObjectKey, readonly Release[]>();
  const actors = [...scene.actors.values()];
  for (const [key, holders] of holdersOf(scene)) {
    if (scene.live?.objects.get(key) === null) continue;
    if (!actors.some(({ start }) => start?.has(key))) continue;
    const mine = actors.filter((actor) => holders.has(actor.key));
    if (mine.some((actor) => settlement.holds(actor, key))) continue;
    const releases = mine.flatMap((actor) => releasesOf(scene, threats, actor, key));
    if (releases.length > 0) found.set(key, releases);
  }
  return found;
}

function releasesOf(scene: Scene, threats: Threats, actor: Actor, key: ObjectKey): readonly Release[] {
  const found: Release[] = [];
  const drop = actor.states.find((state) => mayLeave(scene, actor, state, key));
  if (drop !== undefined) found.push({ by: 'drop', actor, state: drop });
  if (!threats.has(objectOf(actor.key))) return found;
  const spec = liveSpecs(actor).find((one) => !deletesAll(one)) ?? null;
  const isKept = ['start' as const, ...actor.states].some((origin) => mayKeep(scene, actor, origin, key));
  if (spec !== null || isKept) found.push({ by: 'end', actor, spec });
  return found;
}

/** Whether a run may take an object out of the inventory without deleting it. */
function mayLeave(scene: Scene, actor: Actor, state: State, key: ObjectKey): boolean {
  if (state.applies === null || state.applies.has(key)) return false;
  return originsBefore(actor, state).some((origin) => {
    const holds = [...idsAt(actor, origin)].includes(key);
    return holds && (!state.spec.spec.prune || mayKeep(scene, actor, origin, key));
  });
}

/** Whether the live object may say that it is not to be pruned: what no apply reaches may be as somebody else made it. */
function mayKeep(scene: Scene, actor: Actor, origin: Origin, key: ObjectKey): boolean {
  const object = objectAt(actor, origin, key);
  if (object === undefined) return false;
  if (!wouldDelete(scene, actor, origin, key)) return true;
  return scene.live?.objects.get(key) === undefined && object !== null && !reachesLive(object);
}
