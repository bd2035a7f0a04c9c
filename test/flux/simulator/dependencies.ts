import { keyOf } from '../../../src/flux/kustomization.ts';
import type { KustomizationObject } from './kustomization-object.ts';
import type { World } from './world.ts';

/** Whether all that a Kustomization depends on is ready at its source's revision (checkDependencies); else, why not. */
export function unreadyDependency(
  world: World,
  object: KustomizationObject,
  revision: string,
): string | null {
  for (const dependency of object.spec.dependsOn) {
    const key = keyOf(dependency);
    const live = world.live(key);
    if (live === null) return `dependency '${key}' not found`;
    if (dependency.readyExpr !== null) {
      if (world.random.chance(0.5)) return `dependency '${key}' is not ready according to readyExpr eval`;
      continue;
    }
    if (live.generation !== live.observedGeneration || live.ready !== 'True')
      return `dependency '${key}' is not ready`;
    if (world.sourceOf(live) === world.sourceOf(object) && live.lastApplied !== revision)
      return `dependency '${key}' revision is not up to date`;
  }
  return null;
}

/** Keys with those that others depend on first; `null` where they depend on each other in a circle (sortAndEnqueue). */
export function sortedByDependency(objects: readonly KustomizationObject[]): string[] | null {
  const edges = new Map(objects.map((object) => [object.key, object.spec.dependsOn.map(keyOf)]));
  const marks = new Map<string, 'open' | 'done'>();
  const sorted: string[] = [];
  const visit = (key: string): boolean => {
    marks.set(key, 'open');
    for (const next of edges.get(key) ?? []) {
      if (marks.get(next) === 'done') continue;
      if (marks.get(next) === 'open' || !visit(next)) return false;
    }
    marks.set(key, 'done');
    sorted.push(key);
    return true;
  };
  return [...edges.keys()].every((key) => marks.has(key) || visit(key)) ? sorted : null;
}
