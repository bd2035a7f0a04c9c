import { and, pathText, show, takersOf } from './cause.ts';
import { isHelmRelease } from './cluster-objects.ts';
import type { Fate } from './fate.ts';
import type { Order } from './plan.ts';
import { isKustomization } from './specs-in-build.ts';
import { type Actor, objectOf } from './state.ts';
import type { Threat } from './threat.ts';
import type { Verdict } from './verdict.ts';

/** As many orders as are told of one object; the others differ in little. */
const maxOrders = 4;

/** Tells the orders of events that delete an object, the likely ones first. */
export function ordersOf(verdict: Verdict, fate: Fate): readonly Order[] {
  const told = new Map<string, Order>();
  for (const threat of verdict.threats.get(fate.key) ?? []) {
    for (const order of ordersOfThreat(verdict, fate, threat)) told.set(order.events.join('\n'), order);
  }
  return [...told.values()].slice(0, maxOrders);
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
      const name = verdict.name(threat.actor.key);
      const old = threat.state.side === 'base' && threat.actor.respecified;
      const run = old
        ? `${name} runs with its old spec (path ${pathText(threat.state)}) on the new revision, which has ${object} no more there`
        : `${name} applies the new revision, which has ${object} no more`;
      return [
        ...appliedBefore(verdict, threat.actor, threat.origin, object),
        run,
        `${name} prunes ${object}${stillOwned(verdict, fate, threat.actor)}`,
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
  const how =
    origin.side === 'base' ? 'its old spec on the new revision' : 'its new spec on the old revision';
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
