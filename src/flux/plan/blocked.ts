import { keyOf } from '../kustomization.ts';
import type { Ending } from './ending.ts';

/** How a Kustomization is, as far as another may wait for it. */
export type Condition = Pick<Ending, 'alive' | 'state'>;

/**
 * Finds the Kustomizations that do not come to apply a revision, each with the one that they wait for: a dependency that
 * is not there, fails, is suspended, or waits itself, in a circle too. Only what is certain: a dependency on another
 * source that is ready at any revision counts as ready, and so do `others`: those that the cluster has and the
 * repository has not.
 */
export function findBlocked(
  conditions: ReadonlyMap<string, Condition>,
  others: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const free = new Set<string>();
  for (let before = -1; before !== free.size; ) {
    before = free.size;
    for (const [key, condition] of conditions) if (waitsFor(key, condition) === undefined) free.add(key);
  }
  const blocked = new Map<string, string>();
  for (const [key, condition] of conditions) {
    const cause = condition.alive ? waitsFor(key, condition) : undefined;
    if (cause !== undefined) blocked.set(key, cause);
  }
  return blocked;

  function waitsFor(key: string, { state }: Condition): string | undefined {
    return state?.spec.spec.dependsOn.map(keyOf).find((one) => !canBeReady(one, key));
  }

  function canBeReady(key: string, dependent: string): boolean {
    const condition = conditions.get(key);
    if (condition === undefined) return others.has(key);
    const { alive, state } = condition;
    if (!alive || state === null || !free.has(key)) return false;
    if (state.source !== conditions.get(dependent)?.state?.source) return true;
    return state.applies !== null || state.build.kind === 'unknown';
  }
}
