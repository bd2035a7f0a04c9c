import type { BuiltObject } from '../build/build.ts';
import { printId } from '../object-id.ts';
import type { Scene } from './scene.ts';
import { type Actor, type ObjectKey, objectOf, type State } from './state.ts';
import type { Threats } from './threat.ts';

/** How a Kustomization is once the change has reached all of the cluster. */
export interface Ending {
  /** Whether it is there. */
  readonly alive: boolean;
  /** The last thing that it does; `null`: it is not there, or does nothing. */
  readonly state: State | null;
  /** Whether its source may go for good: from then on it fails. */
  readonly loses: boolean;
  /** What it holds then; the whole is `null` where that is not known. */
  readonly holds: ReadonlyMap<ObjectKey, BuiltObject | null> | null;
}

/**
 * Finds how each Kustomization ends: those live that nobody deletes, or that one that lives applies; what is suspended or
 * fails holds what it held.
 */
export function findEndings(scene: Scene, threats: Threats): ReadonlyMap<string, Ending> {
  const last = new Map([...scene.actors].map(([key, actor]) => [key, lastState(actor)]));
  const alive = new Set<string>();
  const waiting: string[] = [];
  const live = (key: string): void => {
    if (alive.has(key)) return;
    alive.add(key);
    waiting.push(key);
  };
  for (const [key, { specs }] of scene.actors) {
    const isThere = specs.base !== null || key === scene.change.entry;
    if (isThere && !threats.has(objectOf(key))) live(key);
  }
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const state = last.get(key);
    const held = state?.applies ?? scene.actors.get(key)?.start;
    if (state?.realm !== '' || held == null) continue;
    for (const other of scene.actors.keys()) if (held.has(objectOf(other))) live(other);
  }
  const endings = [...scene.actors].map(([key, actor]) => {
    return [key, endingOf(actor, alive.has(key), last.get(key) ?? null)] as const;
  });
  return new Map(endings.map(([key, ending]) => [key, withLoss(scene, threats, endings, key, ending)]));
}

/** One whose source goes fails: it holds what it held. */
function withLoss(
  { actors }: Scene,
  threats: Threats,
  endings: readonly (readonly [string, Ending])[],
  key: string,
  ending: Ending,
): Ending {
  const source = ending.state?.source ?? null;
  const object = source === null ? null : sourceObject(source);
  if (object === null || !threats.has(object) || endings.some(([, { holds }]) => holds?.has(object)))
    return ending;
  return { ...ending, loses: true, holds: actors.get(key)?.start ?? ending.holds };
}

/** The key of a source's own object. */
export function sourceObject(source: string): ObjectKey {
  const [kind = '', namespace = '', name = ''] = source.split('/');
  return printId({ group: 'source.toolkit.fluxcd.io', kind, namespace, name });
}

/** The head's spec over the head's tree, once a parent has applied that spec; else the base's. */
function lastState(actor: Actor): State | null {
  return actor.states.findLast(({ tree }) => tree === 'head') ?? null;
}

function endingOf(actor: Actor, alive: boolean, state: State | null): Ending {
  if (!alive) return { alive, state: null, loses: false, holds: new Map() };
  if (state === null) return { alive, state, loses: false, holds: actor.start };
  if (state.applies !== null) return { alive, state, loses: false, holds: state.applies };
  const unknown = state.build.kind === 'unknown' && !state.spec.spec.suspend;
  return { alive, state, loses: false, holds: unknown ? null : actor.start };
}
