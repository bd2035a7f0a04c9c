import { liveMarked, remove } from './api-server.ts';
import type { Step } from './pace.ts';
import type { World } from './world.ts';

const kept = [
  ['prune', 'disabled'],
  ['reconcile', 'disabled'],
  ['ssa', 'ignore'],
] as const;

/**
 * Deletes objects that are this Kustomization's by their labels, in the reverse order of applying (fluxcd/pkg/ssa,
 * DeleteAll). Each is read and judged first, and then deleted by name alone, whatever became of it meanwhile. Returns
 * those whose deletion was not confirmed.
 */
export function* prune(world: World, key: string, ids: readonly string[]): Generator<Step, string[]> {
  const survivors: string[] = [];
  for (const id of world.prepared.forDeletion(ids)) {
    yield 'get';
    const live = world.objects.get(id);
    if (live === undefined || live.owner !== key || liveMarked(live, kept)) continue;
    yield 'delete';
    const attempt = world.attempts.get(id) ?? 0;
    world.attempts.set(id, attempt + 1);
    if (world.prepared.scenario.refusesDelete?.(id, attempt) === true || !remove(world, id, key))
      survivors.push(id);
  }
  return survivors;
}
