import { and, pathText, show, takersOf } from './cause.ts';
import { isHelmRelease } from './cluster-objects.ts';
import type { Fate } from './fate.ts';
import type { Order } from './plan.ts';
import { isKustomization } from './specs-in-build.ts';
import { type Actor, objectOf, type State } from './state.ts';
import type { Threat } from './threat.ts';
import type { Verdict } from './verdict.ts';

/** As many orders as are told of one object; the others differ in little. */
const maxOrders = 4;

/** Tells the orders of events that delete an object, the likely ones first, and one that may leave it without an owner. */
export function ordersOf(verdict: Verdict, fate: Fate): readonly Order[] {
  const told = new Map<string, Order>();
  const isStale = (threat: Threat): number => (threat.by === 'prune' && threat.state.stale ? 1 : 0);
  const threats = [...(verdict.threats.get(fate.key) ?? [])].sort((a, b) => isStale(a) - isStale(b));
  for (const threat of threats) {
    for (const order of ordersOfThreat(verdict, fate, threat)) told.set(order.events.join('\n'), order);
  }
  const left = leavingOrder(verdict, fate);
  return [...[...told.values()].slice(0, maxOrders), ...(left === null ? [] : [left])];
}

/** The order in which nobody has the object in the end; `null` where there is none, or no other. */
function leavingOrder(verdict: Verdict, fate: Fate): Order | null {
  const [release] = verdict.releases.get(fate.key) ?? [];
  const isOnlyEnd = fate.kind === 'orphaned' && fate.to.length === 0;
  if (release === undefined || isOnlyEnd || fate.risk === 'certain') return null;
  const { name } = verdict;
  const [who, object] = [name(release.actor.key), show(fate.key)];
  const events =
    release.by === 'end'
      ? [
          `${deleterOf(verdict, release.actor)} deletes the Kustomization ${who}`,
          `its finalizer leaves ${object}`,
        ]
      : [`${runText(verdict, release.actor, release.state, object)}`, `${who} does not prune ${object}`];
  const takers = fate.to.length === 0 ? [] : [`${and(fate.to.map(name))} may never come to apply it`];
  return { events: [...events, ...takers], ends: 'orphaned' };
}

function runText({ name }: Verdict, actor: Actor, state: State, object: string): string {
  if (state.stale)
    return `${name(actor.key)} runs with the variables of the other revision, and has ${object} no more then`;
  return state.side === 'base' && actor.respecified
    ? `${name(actor.key)} runs with its old spec (path ${pathText(state)}) on the new revision, which has ${object} no more there`
    : `${name(actor.key)} applies the new revision, which has ${object} no more`;
}

function ordersOfThreat(verdict: Verdict, fate: Fate, threat: Threat): readonly Order[] {
  const events = eventsOf(verdict, fate, threat);
  const object = show(fate.key);
  if (fate.to.length === 0) return [{ events, ends: 'gone' }];
  const takers = and(fate.to.map(verdict.name));
  const anew = {
    events: [...events, `${takers} makes ${object} anew at its next run`],
    ends: 'made anew' as const,
  };
  const known = fate.before ?? fate.after;
  const lingers = known !== null && (isHelmRelease(known.identity) || isKustomization(known));
  if (!lingers || threat.by === 'recreate') return [anew];
  const late = `${takers} applies ${object} while it is being deleted: it says Ready, and the object goes all the same, until the run after that`;
  return [anew, { events: [...events, late], ends: 'terminating' }];
}

function eventsOf(verdict: Verdict, fate: Fate, threat: Threat): readonly string[] {
  const object = show(fate.key);
  switch (threat.by) {
    case 'namespace':
    case 'definition':
      return [`${show(threat.via)} is deleted`, `the API server deletes ${object} with it`];
    case 'recreate':
      return [
        `${verdict.name(threat.actor.key)} applies the new revision, and the API server refuses to change ${object}`,
        `${verdict.name(threat.actor.key)} deletes ${object}, because \`force\` is set`,
      ];
    case 'finalizer':
      return [
        ...appliedBefore(verdict, threat.actor, threat.origin, object),
        `${deleterOf(verdict, threat.actor)} deletes the Kustomization ${verdict.name(threat.actor.key)}`,
        `its finalizer deletes ${object}${stillOwned(verdict, fate, threat.actor)}`,
      ];
    case 'prune': {
      return [
        ...appliedBefore(verdict, threat.actor, threat.origin, object),
        runText(verdict, threat.actor, threat.state, object),
        `${verdict.name(threat.actor.key)} prunes ${object}${stillOwned(verdict, fate, threat.actor)}`,
      ];
    }
  }
}

function appliedBefore(
  verdict: Verdict,
  actor: Actor,
  origin: Extract<Threat, { by: 'prune' }>['origin'],
  object: string,
): readonly string[] {
  if (origin === 'start' || (origin.side === 'base' && origin.tree === 'base')) return [];
  const how = origin.stale
    ? 'the variables of the other revision'
    : origin.side === 'base'
      ? 'its old spec on the new revision'
      : 'its new spec on the old revision';
  return [`${verdict.name(actor.key)} runs with ${how}, and applies ${object}`];
}

function stillOwned(verdict: Verdict, fate: Fate, actor: Actor): string {
  const takers = takersOf(fate, actor);
  return takers.length === 0
    ? ''
    : `, whose labels still name it: ${and(takers.map(verdict.name))} ${takers.length === 1 ? 'has' : 'have'} not applied it yet`;
}

/** Who deletes a Kustomization: the one that pruned it, or what took it along. */
function deleterOf({ threats, name }: Verdict, actor: Actor): string {
  const [threat] = threats.get(objectOf(actor.key)) ?? [];
  if (threat === undefined) return 'something';
  if (threat.by === 'namespace' || threat.by === 'definition') return `the end of ${show(threat.via)}`;
  return threat.by === 'finalizer' ? `the finalizer of ${name(threat.actor.key)}` : name(threat.actor.key);
}
