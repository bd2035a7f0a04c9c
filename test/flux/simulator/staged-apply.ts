import type { BuiltObject } from '../../../src/flux/build/build.ts';
import { liveMarked, marked, put, refusal } from './api-server.ts';
import type { Stages } from './apply-order.ts';
import type { Step } from './pace.ts';
import type { World } from './world.ts';

/** Not applied at all where the object here or in the cluster says so; not patched where it says so and is there. */
export const ignored: readonly (readonly [string, string])[] = [
  ['reconcile', 'disabled'],
  ['ssa', 'ignore'],
];
const ifNotPresent = [['ssa', 'ifnotpresent']] as const;

/** How often a stage looks whether its objects are there before it gives up. */
const looks = 3;

/**
 * Applies stage by stage (fluxcd/pkg/ssa, ApplyAllStaged): all objects of a stage are tried first, then those that
 * differ are applied; definitions and classes have to be there before the next stage. Returns what failed, or `null`.
 */
export function* applyStaged(world: World, key: string, stages: Stages): Generator<Step, string | null> {
  for (const stage of [stages.definitions, stages.classes, stages.rest]) {
    if (stage.length === 0) continue;
    const failed = yield* applyAll(world, key, stage);
    if (failed !== null) return failed;
    if (stage === stages.rest) continue;
    const missing = yield* awaitStage(world, key, stage);
    if (missing !== null) return missing;
  }
  return null;
}

function* applyAll(
  world: World,
  key: string,
  objects: readonly BuiltObject[],
): Generator<Step, string | null> {
  const drifted: BuiltObject[] = [];
  for (const object of objects) {
    yield 'dry-run';
    const live = world.objects.get(object.id);
    if (marked(object, ignored) || (live !== undefined && liveMarked(live, ignored))) continue;
    if (live !== undefined && marked(object, ifNotPresent)) continue;
    if (live === undefined) {
      const refused = refusal(world, object);
      if (refused !== null) return `${object.id} dry-run failed: ${refused}`;
      drifted.push(object);
    } else if (live.owner !== key || live.built.digest !== object.digest) drifted.push(object);
  }
  for (const object of drifted) {
    yield 'apply';
    const refused = put(world, object, key);
    if (refused !== null) return `${object.id} apply failed: ${refused}`;
  }
  return null;
}

function* awaitStage(
  world: World,
  key: string,
  objects: readonly BuiltObject[],
): Generator<Step, string | null> {
  for (let look = 0; ; look++) {
    const missing = objects.find((object) => {
      const live = world.objects.get(object.id);
      return live === undefined ? !marked(object, ignored) : live.terminating;
    });
    if (missing === undefined) return null;
    if (look === looks) return `timeout waiting for: ${missing.id}`;
    yield 'settle';
    world.tell(`${key} waits for ${missing.id}`);
  }
}
