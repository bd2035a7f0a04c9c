import { parseId, showObject } from '../../flux/object-id.ts';
import type { Guard } from '../../flux/restructure/step.ts';
import { sameData } from '../../tree/equal.ts';
import { nodeAt } from '../../tree/node-at.ts';
import type { Path } from '../../tree/path.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import { holds, type Judgement, stuck, waits } from '../watch/judgement.ts';
import { isRunning, isSettled, judgeReady } from './judge-ready.ts';
import { inventoryOf, isSuspended, isTerminating, ownerOf } from './live-object.ts';
import type { LiveView } from './live-view.ts';

/** Judges a guard by what the cluster shows now. */
export function judgeGuard(guard: Guard, view: LiveView): Judgement {
  const key = guard.kustomization;
  const live = view.kustomizations.get(key);
  switch (guard.kind) {
    case 'ready':
      return judgeReady(key, view);
    case 'gone':
      return judgeGone(key, live);
    case 'suspended':
      return judgeSuspended(key, live);
    case 'field':
      return judgeField(key, live, guard.path, guard.value, view);
    case 'inventory':
      return judgeInventory(key, live, guard.has, view);
    case 'owner':
      return judgeOwner(guard.id, key, live, view);
  }
}

/** A guard in words, for the list of what was seen. */
export function showGuard(guard: Guard): string {
  const key = guard.kustomization;
  switch (guard.kind) {
    case 'ready':
      return `${key} is Ready at this revision`;
    case 'gone':
      return `${key} is gone`;
    case 'suspended':
      return `${key} is suspended, and nothing of it runs`;
    case 'field':
      return `${key} has ${showPath(guard.path)}: ${showValue(guard.value)}`;
    case 'inventory':
      return `the inventory of ${key} has ${count(guard.has.length)}`;
    case 'owner':
      return `${showObject(parseId(guard.id))} is owned by ${key}`;
  }
}

function judgeGone(key: string, live: Mapping | undefined): Judgement {
  if (live === undefined) return holds;
  return waits(isTerminating(live) ? `${key} is being deleted` : `${key} is still there`);
}

function judgeSuspended(key: string, live: Mapping | undefined): Judgement {
  if (live === undefined) return waits(`${key} is not there`);
  if (!isSuspended(live)) return waits(`${key} is not suspended`);
  return isRunning(live) ? waits(`${key} is suspended, and a run of it is still under way`) : holds;
}

function judgeField(
  key: string,
  live: Mapping | undefined,
  path: Path,
  value: Value,
  view: LiveView,
): Judgement {
  if (live === undefined) return waits(`${key} is not there yet`);
  const found = nodeAt(live, path);
  if (!isSame(found?.kind === 'comment' ? null : found, value))
    return waits(`${key} does not have ${showPath(path)}: ${showValue(value)} yet`);
  if (isSettled(live)) return holds;
  const ready = judgeReady(key, view);
  return ready.state === 'stuck' ? ready : waits(`${key} has not acted on its new spec yet`);
}

/** An absent field is `null`. */
function isSame(found: Value | null, value: Value): boolean {
  if (found === null) return value.kind === 'null';
  return sameData(found, value);
}

function judgeInventory(
  key: string,
  live: Mapping | undefined,
  has: readonly string[],
  view: LiveView,
): Judgement {
  if (live === undefined) return waits(`${key} is not there yet`);
  const inventory = inventoryOf(live);
  const missing = has.filter((id) => !inventory.has(id));
  if (missing.length === 0) return holds;
  const ready = judgeReady(key, view);
  if (ready.state === 'stuck') return ready;
  const why = `the inventory of ${key} lacks ${count(missing.length)}: ${shownIds(missing)}`;
  return ready.state === 'holds' ? stuck(false, why) : waits(why);
}

function judgeOwner(id: string, key: string, live: Mapping | undefined, view: LiveView): Judgement {
  if (live === undefined) return waits(`${key} is not there yet`);
  const shown = showObject(parseId(id));
  const ready = judgeReady(key, view);
  if (!inventoryOf(live).has(id)) {
    if (ready.state === 'stuck') return ready;
    const why = `${key} has not applied ${shown} yet`;
    return ready.state === 'holds' ? stuck(false, why) : waits(why);
  }
  const object = view.objects.get(id) ?? null;
  if (object === null) return waits(`${shown} is not there`);
  if (isTerminating(object))
    return stuck(false, `${shown} is being deleted`, 'Look who deleted it: sopskit flux doctor KIND/NAME.');
  const owner = ownerOf(object);
  if (owner === key) return holds;
  return ready.state === 'stuck' ? ready : waits(`${shown} is owned by ${owner ?? 'nobody'}`);
}

function shownIds(ids: readonly string[]): string {
  const shown = ids.slice(0, 3).map((id) => showObject(parseId(id)));
  return ids.length > 3 ? `${shown.join(', ')} and ${ids.length - 3} more` : shown.join(', ');
}

function count(objects: number): string {
  return objects === 1 ? '1 object' : `${objects} objects`;
}

export function showPath(path: Path): string {
  return path.map(String).join('.');
}

/** Fields of a Kustomization's spec: nothing secret is among them, and long ones are only told of. */
function showValue(value: Value): string {
  switch (value.kind) {
    case 'string':
      return value.value;
    case 'bool':
      return String(value.value);
    case 'int':
      return value.value.toString();
    case 'null':
      return 'nothing';
    default:
      return `(a ${value.kind})`;
  }
}
