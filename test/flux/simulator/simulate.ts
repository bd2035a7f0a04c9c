import type { BuiltObject } from '../../../src/flux/build/build.ts';
import type { FluxKustomization } from '../../../src/flux/kustomization.ts';
import { parseId } from '../../../src/flux/object-id.ts';
import { marked } from './api-server.ts';
import { createdKustomization } from './kustomization-object.ts';
import { adversarialPace, measuredPace } from './pace.ts';
import { idOfKustomization, Prepared } from './prepared.ts';
import { Random } from './random.ts';
import type { ObjectOutcome, Outcome, Scenario, Timing } from './scenario.ts';
import { ignored } from './staged-apply.ts';
import { type LiveObject, World } from './world.ts';

/** Rounds of reconciling everything once more, until one changes nothing. */
const rounds = 8;
/** More than any run takes that comes to an end. */
const mostSteps = 60_000;

export interface SimulateOptions {
  readonly timing?: Timing;
  readonly story?: boolean;
}

/**
 * Runs a change once: the cluster holds what the base builds, the head is pushed, and source-controller and
 * kustomize-controller act, in an order that the seed decides, until nothing moves any more.
 */
export function simulate(scenario: Scenario, seed: number, options: SimulateOptions = {}): Outcome {
  return simulatePrepared(new Prepared(scenario), seed, options);
}

/** The same, for many runs of one scenario. */
export function simulatePrepared(prepared: Prepared, seed: number, options: SimulateOptions = {}): Outcome {
  const random = new Random(seed);
  const pace = options.timing === 'measured' ? measuredPace(random) : adversarialPace(random);
  const world = new World(prepared, random, pace, options.story === true ? [] : null);
  settleBase(world);
  const first = new Map(world.objects);
  const held = heldIds(world);
  pushHead(world);
  const quiet = runUntilQuiet(world);
  return outcomeOf(world, first, held, quiet);
}

/** Everything of the base applied, inventories full, the controller's cache fresh. */
function settleBase(world: World): void {
  const { change, scenario } = world.prepared;
  const present = [...change.kustomizations.values()].filter(({ spec }) => spec.base !== null);
  const inventories = new Map<string, readonly BuiltObject[]>();
  for (const { key } of world.random.shuffled(present)) {
    const build = world.prepared.build(key, 'base', 'base');
    const built = build?.kind === 'built' ? build.objects : [];
    const objects = [...built, ...(scenario.inherited?.get(key) ?? [])];
    inventories.set(key, objects);
    for (const object of objects) place(world, object, key);
  }
  for (const { key, spec, source } of present) {
    if (spec.base === null) continue;
    const id = idOfKustomization(key);
    if (!world.objects.has(id)) place(world, builtFrom(spec.base, id), null);
    const built = world.prepared.build(key, 'base', 'base')?.kind === 'built';
    const suspend = spec.base.spec.suspend || scenario.suspended?.has(key) === true;
    const object = {
      ...createdKustomization(key, 'base', spec.base.spec),
      suspend,
      finalizer: true,
      inventory: (inventories.get(key) ?? []).map((object) => object.id),
      lastApplied: built ? `${source.base}@base` : null,
      lastAttempted: `${source.base}@base`,
      ready: built ? ('True' as const) : ('False' as const),
      reconciling: !built,
      observedGeneration: built ? 1 : -1,
    };
    world.kustomizations.set(key, { current: object, cached: object });
  }
}

/**
 * Puts an object there as its owner left it. One that its manifest keeps Flux from applying is there as it was before
 * it said so, or as somebody made it by hand, or not at all.
 */
function place(world: World, built: BuiltObject, owner: string | null): void {
  if (!marked(built, ignored)) put(world, built, owner);
  else if (world.random.chance(0.4))
    put(world, { ...built, annotations: new Map(), digest: 'before' }, owner);
  else if (world.random.chance(0.5)) put(world, built, null);
}

function put(world: World, built: BuiltObject, owner: string | null): void {
  const marks = world.prepared.scenario.marks?.get(built.id) ?? new Map<string, string>();
  const uid = world.newUid();
  world.objects.set(built.id, { id: built.id, uid, built, owner, terminating: false, marks });
}

/** A Kustomization that no other applies: bootstrap made it. */
function builtFrom(kustomization: FluxKustomization, id: string): BuiltObject {
  return {
    id,
    identity: parseId(id),
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    labels: kustomization.labels,
    annotations: kustomization.annotations,
    manifest: kustomization.manifest,
    digest: `bootstrap ${id}`,
  };
}

function heldIds(world: World): ReadonlySet<string> {
  return new Set([...world.kustomizations.values()].flatMap(({ current }) => current?.inventory ?? []));
}

function pushHead(world: World): void {
  const sources = new Set<string>();
  for (const { source } of world.prepared.change.kustomizations.values())
    for (const key of [source.base, source.head]) if (key !== null) sources.add(key);
  for (const source of sources) {
    if (!world.hasSource(source)) continue;
    world.artifacts.set(source, 'base');
    world.after('source', source, () => {
      if (world.hasSource(source)) world.sourceMoved(source);
    });
  }
  for (const key of world.kustomizations.keys())
    for (let poke = 0; poke < world.pace.pokes; poke++) {
      // Some when the revision arrives: a reconcile of the old one may still run then.
      const step = world.random.chance(0.5) ? 'source' : 'poke';
      world.timeline.after(world.pace.of(step, key), () => world.queue.add(key));
    }
}

function runUntilQuiet(world: World): boolean {
  let steps = 0;
  const drain = (): void => {
    while (steps < mostSteps && world.timeline.step()) steps++;
  };
  drain();
  let before = stateOf(world);
  for (let round = 0; round < rounds && steps < mostSteps; round++) {
    world.attempts.clear();
    for (const [key, { current }] of world.kustomizations) if (current !== null) world.queue.add(key);
    drain();
    retryFailed(world, drain);
    const now = stateOf(world);
    if (now === before) return true;
    before = now;
  }
  return false;
}

/**
 * Retries go on for ever, those of a run here do not: what failed only because another was at work when it looked (a
 * dependency that was not Ready for a moment) has its turn alone, as long as that makes one more Ready.
 */
function retryFailed(world: World, drain: () => void): void {
  const failed = (): string[] =>
    [...world.kustomizations].flatMap(([key, { current }]) =>
      current !== null && !current.suspend && current.ready !== 'True' ? [key] : [],
    );
  for (let keys = failed(), before = Infinity; keys.length > 0 && keys.length < before; keys = failed()) {
    before = keys.length;
    world.attempts.clear();
    for (const key of keys) world.queue.add(key);
    drain();
  }
}

function stateOf(world: World): string {
  const states = [...world.kustomizations].map(([key, { current }]) => `${key} ${current?.ready}`);
  return `${world.changes} ${states.join()}`;
}

function outcomeOf(
  world: World,
  first: ReadonlyMap<string, LiveObject>,
  held: ReadonlySet<string>,
  quiet: boolean,
): Outcome {
  const inventories = new Map<string, string[]>();
  for (const [key, { current }] of world.kustomizations)
    for (const id of current?.inventory ?? []) {
      const known = inventories.get(id);
      if (known === undefined) inventories.set(id, [key]);
      else known.push(key);
    }
  const objects = new Map<string, ObjectOutcome>();
  for (const id of new Set([...first.keys(), ...world.objects.keys(), ...world.deletions.keys()])) {
    const live = world.objects.get(id);
    const holders = (inventories.get(id) ?? []).sort();
    objects.set(id, {
      id,
      before: first.has(id),
      deletedBy: world.deletions.get(id) ?? [],
      exists: live !== undefined,
      terminating: live?.terminating === true,
      same: live !== undefined && live.uid === first.get(id)?.uid,
      owner: live?.owner ?? null,
      inventories: holders,
      orphaned: live !== undefined && !live.terminating && held.has(id) && holders.length === 0,
    });
  }
  const kustomizations = new Map<string, { readonly ready: boolean; readonly message: string }>();
  for (const [key, { current }] of world.kustomizations)
    if (current !== null)
      kustomizations.set(key, { ready: current.ready === 'True', message: current.message });
  return { objects, kustomizations, quiet, story: world.story ?? [] };
}
