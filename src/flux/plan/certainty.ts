import type { Ending } from './ending.ts';
import { deletesAll, liveSpecs } from './find-threats.ts';
import { reachesLive } from './protection.ts';
import { holdersOf, type Scene, wouldDelete } from './scene.ts';
import type { Settlement } from './settlement.ts';
import { type Actor, type ObjectKey, objectOf } from './state.ts';
import type { Threat, Threats } from './threat.ts';

interface Known {
  readonly scene: Scene;
  readonly threats: Threats;
  readonly endings: ReadonlyMap<string, Ending>;
  readonly blocked: ReadonlyMap<string, string>;
  readonly settlement: Settlement;
}

interface Ground extends Known {
  readonly holders: ReadonlyMap<ObjectKey, ReadonlySet<string>>;
  readonly certain: Set<ObjectKey>;
}

/** Finds the objects that are deleted in every order of events. */
export function findCertain(known: Known): ReadonlySet<ObjectKey> {
  const { scene, threats } = known;
  const ground = { ...known, holders: holdersOf(scene), certain: new Set<ObjectKey>() };
  for (let found = true; found; ) {
    found = false;
    for (const [key, ways] of threats) {
      if (ground.certain.has(key) || scene.live?.objects.get(key) === null) continue;
      if (!ways.some((way) => isSure(ground, key, way))) continue;
      ground.certain.add(key);
      found = true;
    }
  }
  return ground.certain;
}

function isSure(ground: Ground, key: ObjectKey, threat: Threat): boolean {
  switch (threat.by) {
    case 'namespace':
    case 'definition':
      return ground.certain.has(threat.via) && isThere(ground, key);
    case 'recreate':
      return threat.sure && runsAtEnd(ground, threat.actor) && threat.actor.start?.has(key) === true;
    case 'prune':
    case 'finalizer':
      return !isAnythingUnknown(ground) && isThere(ground, key) && isDroppedByAll(ground, key);
  }
}

/** Whether it is there before the change. */
function isThere({ scene }: Ground, key: ObjectKey): boolean {
  return [...scene.actors.values()].some(({ start }) => start?.has(key));
}

/** Where a Kustomization's builds are not known, it may be the one that takes the object over. */
function isAnythingUnknown({ scene }: Ground): boolean {
  return [...scene.actors.values()].some(
    ({ start, states }) => start === null || states.some(({ build }) => build.kind === 'unknown'),
  );
}

function isDroppedByAll(ground: Ground, key: ObjectKey): boolean {
  const holders = ground.holders.get(key) ?? new Set();
  return [...holders].every((holder) => {
    const actor = ground.scene.actors.get(holder);
    return actor !== undefined && isDropped(ground, key, actor);
  });
}

/** Whether a Kustomization deletes an object for certain, if its labels name it. */
function isDropped(ground: Ground, key: ObjectKey, actor: Actor): boolean {
  if (actor.start?.has(key) !== true || !isToldByBuild(ground, actor, key)) return false;
  const runs = actor.states.filter(({ applies }) => applies !== null);
  const origins = ['start', ...runs.filter(({ applies }) => applies?.has(key))] as const;
  if (!origins.every((origin) => wouldDelete(ground.scene, actor, origin, key))) return false;
  if (!runs.every(({ applies, spec }) => applies?.has(key) || spec.spec.prune)) return false;
  const own = objectOf(actor.key);
  const finalized = liveSpecs(actor).every(deletesAll);
  if (ground.certain.has(own)) return finalized;
  const drops = isLeftOut(ground, actor, key);
  if (key === own) return drops && !ground.blocked.has(actor.key); // one that drops itself
  return drops && runsAtEnd(ground, actor) && (finalized || !ground.threats.has(own));
}

/** Whether every run that may be its last one has it no more. */
function isLeftOut({ settlement }: Ground, actor: Actor, key: ObjectKey): boolean {
  const last = settlement.lastRuns(actor);
  return last.length > 0 && last.every(({ applies }) => applies?.has(key) === false);
}

/** Whether the live object is as its build has it: what no apply reaches may never have been made. */
function isToldByBuild({ scene }: Ground, actor: Actor, key: ObjectKey): boolean {
  const object = actor.start?.get(key);
  return scene.live?.objects.get(key) != null || object == null || reachesLive(object);
}

function runsAtEnd({ endings, blocked, settlement }: Ground, { key }: Actor): boolean {
  const ending = endings.get(key);
  const ends = ending?.alive === true && !ending.loses && ending.state?.applies != null;
  return ends && !blocked.has(key) && settlement.runs(key);
}
