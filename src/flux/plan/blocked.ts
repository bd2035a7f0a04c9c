import { keyOf } from '../kustomization.ts';
import type { Ending } from './ending.ts';

/**
 * Finds the Kustomizations that do not come to apply the head, each with the one that they wait for: a dependency that
 * is not there, fails, is suspended, or waits itself. Only what is certain: a dependency on another source that is ready
 * at any revision counts as ready, and so do `others`: those that the cluster has and the repository has not.
 */
export function findBlocked(
  endings: ReadonlyMap<string, Ending>,
  others: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const blocked = new Map<string, string>();
  for (let found = true; found; ) {
    found = false;
    for (const [key, { state, alive }] of endings) {
      if (blocked.has(key) || !alive || state === null) continue;
      const cause = state.spec.spec.dependsOn.map(keyOf).find((one) => !canBeReady(one, key));
      if (cause === undefined) continue;
      blocked.set(key, cause);
      found = true;
    }
  }
  return blocked;

  function canBeReady(key: string, dependent: string): boolean {
    const ending = endings.get(key);
    if (ending === undefined) return others.has(key);
    if (!ending.alive) return false;
    if (ending.state === null || blocked.has(key)) return false;
    if (ending.state.source !== endings.get(dependent)?.state?.source) return true;
    return ending.state.applies !== null || ending.state.build.kind === 'unknown';
  }
}
