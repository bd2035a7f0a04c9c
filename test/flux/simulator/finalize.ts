import { gone } from './api-server.ts';
import { finalizerDeletes, type KustomizationObject } from './kustomization-object.ts';
import type { Step } from './pace.ts';
import { idOfKustomization } from './prepared.ts';
import { prune } from './prune.ts';
import type { World } from './world.ts';

/** How often the finalizer looks whether its objects are gone before it gives up. */
const looks = 5;

/** What the controller does with a Kustomization that is being deleted (finalize): no source and no build is needed. */
export function* finalize(world: World, object: KustomizationObject): Generator<Step, void> {
  const { key } = object;
  yield 'read';
  world.tell(`${key} finalizes`);
  if (finalizerDeletes(object)) {
    const survivors = yield* prune(world, key, object.inventory);
    if (survivors.length > 0) {
      world.requeue('requeue', key);
      return;
    }
    if (object.spec.deletionPolicy === 'WaitForTermination') yield* awaitTermination(world, object.inventory);
  }
  yield 'finish';
  const live = world.objects.get(idOfKustomization(key));
  if (live !== undefined) gone(world, live);
  else world.write(key, null);
}

function* awaitTermination(world: World, ids: readonly string[]): Generator<Step, void> {
  for (let look = 0; look < looks && ids.some((id) => world.objects.get(id)?.terminating === true); look++)
    yield 'health';
}
