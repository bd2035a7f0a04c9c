import { printId } from '../../../src/flux/object-id.ts';
import type { KustomizationObject } from './kustomization-object.ts';
import type { Step } from './pace.ts';
import { idOfKustomization } from './prepared.ts';
import type { World } from './world.ts';

/** How often a health check looks before its timeout. */
const looks = 4;

/** Waits for the objects that a Kustomization checks (checkHealth); returns what is not healthy in the end. */
export function* failedHealth(
  world: World,
  { key, spec }: KustomizationObject,
  applied: readonly string[],
): Generator<Step, string | null> {
  const own = idOfKustomization(key);
  const checked = (spec.wait ? applied : spec.healthChecks.map(idOfCheck)).filter((id) => id !== own);
  for (let look = 0; ; look++) {
    const sick = checked.find((id) => !healthy(world, id));
    if (sick === undefined) return null;
    if (look === looks) return `health check failed: ${sick}`;
    yield 'health';
  }
}

function idOfCheck(check: KustomizationObject['spec']['healthChecks'][number]): string {
  const slash = check.apiVersion.indexOf('/');
  const group = slash < 0 ? '' : check.apiVersion.slice(0, slash);
  return printId({ namespace: check.namespace, name: check.name, group, kind: check.kind });
}

function healthy(world: World, id: string): boolean {
  const { scenario } = world.prepared;
  if (scenario.unhealthy?.has(id) === true) return false;
  const live = world.objects.get(id);
  if (live === undefined) return !world.prepared.managed.has(id);
  if (live.terminating) return false;
  const key = world.prepared.kustomizationOf(id);
  const kustomization = key === null ? null : world.live(key);
  if (kustomization === null) return true;
  return kustomization.ready === 'True' && kustomization.generation === kustomization.observedGeneration;
}
