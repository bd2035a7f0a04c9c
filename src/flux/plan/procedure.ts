import { keyOf } from '../kustomization.ts';
import { parseId } from '../object-id.ts';
import { mainThreat, show } from './cause.ts';
import { isHelmRelease, isNamespace } from './cluster-objects.ts';
import type { Fate } from './fate.ts';
import { deletesAll, liveSpecs } from './find-threats.ts';
import type { Procedure } from './plan.ts';
import {
  adoptObject,
  keepByOrphaning,
  keepHelmRelease,
  keepObject,
  keepTarget,
  moveKustomization,
  moveObject,
  movePath,
  moveUnpruned,
  readyTakers,
  splitKustomization,
  withoutForce,
} from './safe-way.ts';
import { type Actor, objectOf, partsOf } from './state.ts';
import type { Threat } from './threat.ts';
import type { Verdict } from './verdict.ts';

/** The safe way to what a change wants of an object; `null` where there is nothing to be afraid of. */
export function procedureOf(verdict: Verdict, fate: Fate): Procedure | null {
  const { id } = partsOf(fate.key);
  const threat = mainThreat(verdict, fate);
  if (threat === null) {
    if (fate.release !== null) return keepTarget(parseId(id));
    if (fate.kind !== 'orphaned') return null;
    return fate.to.length === 0 ? adoptObject(parseId(id)) : readyTakers(parseId(id), fate.to);
  }
  switch (threat.by) {
    case 'namespace':
    case 'definition':
      return keepObject(show(threat.via));
    case 'recreate':
      return withoutForce(threat.actor.key);
    case 'finalizer':
      return fate.to.length === 0 ? forGood(verdict, fate, threat.actor) : removed(verdict, threat.actor);
    case 'prune':
      return pruned(verdict, fate, threat);
  }
}

function pruned(verdict: Verdict, fate: Fate, { actor }: Extract<Threat, { by: 'prune' }>): Procedure | null {
  const object = parseId(partsOf(fate.key).id);
  const [target] = fate.to;
  if (target === undefined) return forGood(verdict, fate, actor);
  if (fate.to.includes(actor.key)) return movePath(verdict.scene.change.entry === actor.key, actor);
  if (isFluxKustomization(fate)) return moveKustomization(object, actor.key, target);
  return dependsOn(verdict, target, actor.key)
    ? moveUnpruned(object, actor.key, target)
    : moveObject(object, actor.key, target);
}

function isFluxKustomization({ key }: Fate): boolean {
  const { kind, group } = parseId(partsOf(key).id);
  return kind === 'Kustomization' && group === 'kustomize.toolkit.fluxcd.io';
}

/** Whether one waits for another: suspended, the other would never be ready. */
function dependsOn({ scene }: Verdict, key: string, other: string): boolean {
  const [seen, waiting] = [new Set([key]), [key]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === other) return true;
    for (const dependency of scene.actors.get(next)?.specs.head?.spec.dependsOn ?? []) {
      const found = keyOf(dependency);
      if (!seen.has(found)) waiting.push(found);
      seen.add(found);
    }
  }
  return false;
}

/** For what nobody has after the change: the author may mean it, or not. */
function forGood(verdict: Verdict, fate: Fate, actor: Actor): Procedure | null {
  const identity = parseId(partsOf(fate.key).id);
  const own = isFluxKustomization(fate) ? verdict.scene.actors.get(keyOf(identity)) : undefined;
  if (own !== undefined) return removed(verdict, own);
  const isData = ['CustomResourceDefinition', 'PersistentVolumeClaim'].includes(identity.kind);
  if (isData || isNamespace(identity)) return keepObject(show(fate.key));
  if (isHelmRelease(identity)) return keepHelmRelease(identity);
  return verdict.threats.has(objectOf(actor.key)) ? keepByOrphaning(actor.key) : keepObject(show(fate.key));
}

/** For a Kustomization that goes: what it holds goes to others, or with it. */
function removed(verdict: Verdict, actor: Actor): Procedure | null {
  if (!liveSpecs(actor).some(deletesAll)) return null;
  const takers = new Set<string>();
  for (const object of actor.start?.keys() ?? [])
    for (const [other, { holds }] of verdict.endings)
      if (other !== actor.key && holds?.has(object)) takers.add(other);
  if (takers.size === 0) return keepByOrphaning(actor.key);
  const isNew = (key: string): boolean => verdict.scene.actors.get(key)?.specs.base === null;
  return splitKustomization(actor.key, [...takers], [...takers].every(isNew));
}
