import { unreadyDependency } from './dependencies.ts';
import { failedHealth } from './health.ts';
import type { KustomizationObject } from './kustomization-object.ts';
import type { Step } from './pace.ts';
import { prune } from './prune.ts';
import { applyStaged } from './staged-apply.ts';
import type { World } from './world.ts';

/** What the controller does with a Kustomization (Reconcile), from one read of it to the last write of its status. */
export function* reconcile(world: World, object: KustomizationObject): Generator<Step, void> {
  const { key } = object;
  yield 'read';
  if (!object.finalizer) {
    world.patchStatus(key, { finalizer: true });
    world.requeue('requeue', key);
    return;
  }
  if (object.suspend) return;
  const source = world.sourceOf(object);
  const tree = world.hasSource(source) ? world.artifacts.get(source) : undefined;
  if (tree === undefined) {
    fail(world, key, `no artifact of ${source}`, 'dependency');
    return;
  }
  const revision = `${source}@${tree}`;
  const unready = unreadyDependency(world, object, revision);
  if (unready !== null) {
    fail(world, key, unready, 'dependency');
    return;
  }
  const failed = yield* applyRevision(world, object, revision);
  if (failed !== null) fail(world, key, failed, 'retry');
}

function fail(world: World, key: string, message: string, again: Step): void {
  world.tell(`${key} fails: ${message}`);
  world.patchStatus(key, { ready: 'False', message });
  retryLater(world, key, again);
}

/** Retries end: whether the cluster is quiet is seen by reconciling all once more. */
function retryLater(world: World, key: string, again: Step): void {
  const name = `${key} ${again}`;
  const tried = world.attempts.get(name) ?? 0;
  world.attempts.set(name, tried + 1);
  if (tried < 3) world.requeue(again, key);
}

function* applyRevision(
  world: World,
  object: KustomizationObject,
  revision: string,
): Generator<Step, string | null> {
  const { key } = object;
  yield 'status';
  world.patchStatus(key, { ready: 'Unknown', message: 'Reconciliation in progress', reconciling: true });
  yield 'fetch';
  const build = world.prepared.build(key, object.version, revision.endsWith('@base') ? 'base' : 'head');
  if (build === null || build.kind !== 'built')
    return build?.kind === 'failed' ? build.message : 'nothing can be built';
  world.patchStatus(key, { lastAttempted: revision });
  yield 'build';
  world.tell(`${key} applies ${object.version} over ${revision}`);
  const refused = yield* applyStaged(world, key, world.prepared.stages(build));
  if (refused !== null) return refused;
  return yield* settleInventory(
    world,
    object,
    revision,
    build.objects.map(({ id }) => id),
  );
}

/** From the new inventory on: what is in the old one only is pruned; then health, then the status. */
function* settleInventory(
  world: World,
  object: KustomizationObject,
  revision: string,
  applied: readonly string[],
): Generator<Step, string | null> {
  const { key, spec } = object;
  yield 'find-stale';
  const known = new Set(applied);
  const stale = object.inventory.filter((id) => !known.has(id));
  const survivors = spec.prune && stale.length > 0 ? yield* prune(world, key, stale) : [];
  const inventory = [...applied, ...survivors];
  if (survivors.length > 0) {
    yield 'finish';
    world.patchStatus(key, { inventory });
    return `delete failed: ${survivors.join(' ')}`;
  }
  if (spec.wait || spec.healthChecks.length > 0) {
    yield 'status';
    world.patchStatus(key, { inventory });
    const sick = yield* failedHealth(world, object, applied);
    if (sick !== null) return sick;
  }
  yield 'finish';
  world.tell(`${key} is ready at ${revision}`);
  world.patchStatus(key, {
    inventory,
    ready: 'True',
    message: '',
    reconciling: false,
    lastApplied: revision,
    observedGeneration: object.generation,
  });
  return null;
}
