import type { BuiltObject } from '../build/build.ts';
import { isHelmRelease } from './cluster-objects.ts';
import { type FindObject, movedRelease } from './helm-release.ts';
import type { ObjectChange } from './plan.ts';
import { isLeftAlone } from './protection.ts';
import type { ObjectKey } from './state.ts';
import type { Verdict } from './verdict.ts';

/** What becomes of an object, in facts. */
export interface Fate {
  readonly key: ObjectKey;
  readonly kind: ObjectChange['kind'];
  readonly risk: ObjectChange['risk'];
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** As the base has it, and as the head has it; `null`: not, or not known. */
  readonly before: BuiltObject | null;
  readonly after: BuiltObject | null;
  /** Why helm-controller uninstalls a HelmRelease that is only changed; `null`: it does not. */
  readonly release: string | null;
}

/** Finds the fate of every object that is not simply left as it is. */
export function findFates(verdict: Verdict): readonly Fate[] {
  const [before, after] = [new Map<ObjectKey, Held[]>(), new Map<ObjectKey, Held[]>()];
  for (const [owner, { start }] of verdict.scene.actors) {
    const holds = verdict.endings.get(owner)?.holds ?? null;
    for (const [key, object] of start ?? holds ?? []) put(before, key, { owner, object });
    const waits = verdict.blocked.has(owner); // it does not come to take anything
    for (const [key, object] of holds ?? start ?? [])
      if (!waits || start?.has(key)) put(after, key, { owner, object });
  }
  const keys = new Set([...before.keys(), ...after.keys(), ...verdict.threats.keys()]);
  const find =
    (map: Map<ObjectKey, Held[]>): FindObject =>
    (id) =>
      map.get(id)?.[0]?.object ?? null;
  const finders = [find(before), find(after)] as const;
  return [...keys].flatMap(
    (key) => fateOf(verdict, finders, key, before.get(key) ?? [], after.get(key) ?? []) ?? [],
  );
}

interface Held {
  readonly owner: string;
  readonly object: BuiltObject | null;
}

function put(map: Map<ObjectKey, Held[]>, key: ObjectKey, held: Held): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [held]);
  else list.push(held);
}

function fateOf(
  verdict: Verdict,
  finders: readonly [FindObject, FindObject],
  key: ObjectKey,
  old: readonly Held[],
  now: readonly Held[],
): Fate | null {
  const [before, after] = [old[0]?.object ?? null, now[0]?.object ?? null];
  const [from, to] = [old.map(({ owner }) => owner), now.map(({ owner }) => owner)];
  const risk = verdict.certain.has(key) ? 'certain' : verdict.threats.has(key) ? 'possible' : 'none';
  const release =
    before !== null && after !== null && isHelmRelease(after.identity)
      ? movedRelease([before, after], finders)
      : null;
  const left = risk === 'none' && verdict.releases.has(key);
  const kind = left ? 'orphaned' : kindOf(from, to, risk, release === null && isEqual(old, now));
  if (kind === null) return null;
  if (kind === 'created' && after !== null && isLeftAlone(after)) return null; // never applied
  return { key, kind, risk, from, to, before, after, release };
}

function kindOf(
  from: readonly string[],
  to: readonly string[],
  risk: Fate['risk'],
  equal: boolean,
): ObjectChange['kind'] | null {
  if (to.length === 0) return risk === 'none' ? (from.length === 0 ? null : 'orphaned') : 'deleted';
  if (from.length === 0) return 'created';
  if (from.some((owner) => !to.includes(owner))) return 'moved';
  return equal && risk === 'none' && to.length === from.length ? null : 'changed';
}

function isEqual(old: readonly Held[], now: readonly Held[]): boolean {
  return old.every(({ owner, object }) => {
    const later = now.find((one) => one.owner === owner)?.object;
    return later === undefined || object === later || (object !== null && object.digest === later?.digest);
  });
}
