import { keyOf } from '../kustomization.ts';
import { sourceObject } from './ending.ts';
import { isSuspended } from './helm-release.ts';
import type { Scene } from './scene.ts';
import { appliedSpecs, isKustomization } from './specs-in-build.ts';
import { type Actor, type ObjectKey, objectOf, type State } from './state.ts';
import type { Threats } from './threat.ts';

/**
 * What is sure to be so once the change has reached all of the cluster, whatever came first. A Kustomization is sure to
 * run where it is there, its source and its dependencies are, and every run that may be its last one can be built.
 */
export class Settlement {
  readonly #scene: Scene;
  readonly #threats: Threats;
  readonly #sure = new Set<string>();
  /** Those that are sure to be given the head's spec. */
  readonly #arrived = new Set<string>();

  constructor(scene: Scene, threats: Threats) {
    this.#scene = scene;
    this.#threats = threats;
    for (let before = -1; before !== this.#size; ) {
      before = this.#size;
      for (const actor of scene.actors.values()) {
        if (this.#arrives(actor)) this.#arrived.add(actor.key);
        if (this.#settles(actor)) this.#sure.add(actor.key);
      }
    }
  }

  get #size(): number {
    return this.#sure.size + this.#arrived.size;
  }

  /** Whether a Kustomization is sure to come to apply the head. */
  runs(key: string): boolean {
    return this.#sure.has(key);
  }

  /** Whether it is sure to have an object in its inventory. */
  holds(actor: Actor, object: ObjectKey): boolean {
    if (this.#sure.has(actor.key) && lastRunsHave(this.lastRuns(actor), object)) return true;
    const stays = actor.specs.base !== null && !this.#threats.has(objectOf(actor.key));
    const runs = actor.states.filter(({ applies }) => applies !== null);
    return stays && actor.start?.has(object) === true && lastRunsHave(runs, object);
  }

  /** The runs that may be its last: with the head's spec, and with any other where it may never be given that. */
  lastRuns(actor: Actor): readonly State[] {
    const last = actor.states.filter(({ tree, midway, stale }) => tree === 'head' && !midway && !stale);
    const headed = last.filter(({ side }) => side === 'head');
    return headed.length > 0 && !actor.flaps && this.#arrived.has(actor.key) ? headed : last;
  }

  #arrives(actor: Actor): boolean {
    const { key, specs } = actor;
    if (specs.head === null) return false;
    if (key === this.#scene.change.entry && specs.base === null) return true; // made by hand
    return [...this.#scene.actors.values()].some((parent) =>
      parent === actor
        ? !this.#threats.has(objectOf(key)) && this.#headsItself(actor)
        : this.#sure.has(parent.key) && this.lastRuns(parent).every((run) => this.#heads(run, actor)),
    );
  }

  /** Whether its old spec, over the new tree, gives it the new one. */
  #headsItself(actor: Actor): boolean {
    const first = actor.states.filter(({ side, tree }) => side === 'base' && tree === 'head');
    return first.length > 0 && first.every((run) => this.#canRun(actor, run) && this.#heads(run, actor));
  }

  /** Whether a run applies a Kustomization with its spec of the head. */
  #heads({ applies, realm }: State, { key }: Actor): boolean {
    const object = realm === '' ? applies?.get(objectOf(key)) : undefined;
    const change = this.#scene.change.kustomizations.get(key);
    return (
      object !== undefined &&
      change !== undefined &&
      isKustomization(object) &&
      appliedSpecs(object, change, 'head').includes('head')
    );
  }

  #settles(actor: Actor): boolean {
    const isThere = actor.specs.base !== null && !this.#threats.has(objectOf(actor.key));
    if (!isThere && !this.#arrived.has(actor.key)) return false;
    const last = this.lastRuns(actor);
    return last.length > 0 && last.every((run) => this.#canRun(actor, run));
  }

  /** Whether nothing keeps a run from its end. What cannot be told counts as able to run: it is named elsewhere. */
  #canRun({ key }: Actor, { spec, build, source }: State): boolean {
    if (spec.spec.suspend || build.kind === 'failed') return false;
    if (source !== null && !this.#hasSource(source)) return false;
    return spec.spec.dependsOn.map(keyOf).every((one) => one !== key && this.#isReady(one));
  }

  #isReady(key: string): boolean {
    const actor = this.#scene.actors.get(key);
    if (actor === undefined) return this.#scene.live?.kustomizations.has(key) === true;
    if (!this.#sure.has(key)) return false;
    return this.lastRuns(actor).every((run) => this.#isHealthy(run));
  }

  /** Whether what it waits for can become ready, as far as that are Kustomizations. */
  #isHealthy({ spec, applies }: State): boolean {
    const waits = (own: string): boolean => spec.spec.wait && applies?.has(objectOf(own)) === true;
    return [...this.#scene.actors.keys()].every(
      (own) => own === keyOf(spec) || !waits(own) || this.#sure.has(own),
    );
  }

  /** Whether some build suspends a source: then it may never fetch the head. */
  #stands(object: ObjectKey): boolean {
    return [...this.#scene.actors.values()].some(({ start, states }) =>
      [start, ...states.map(({ applies }) => applies)].some((objects) => {
        const source = objects?.get(object);
        return source != null && isSuspended(source);
      }),
    );
  }

  /** Whether a source is there in the end; what no Kustomization makes is somebody else's. */
  #hasSource(source: string): boolean {
    const object = sourceObject(source);
    if (this.#stands(object)) return false;
    const actors = [...this.#scene.actors.values()];
    const isKnown = actors.some(
      ({ start, states }) => start?.has(object) || states.some(({ applies }) => applies?.has(object)),
    );
    if (!isKnown) return true;
    if (!this.#threats.has(object) && actors.some(({ start }) => start?.has(object))) return true;
    return actors.some((actor) => this.#sure.has(actor.key) && lastRunsHave(this.lastRuns(actor), object));
  }
}

function lastRunsHave(runs: readonly State[], object: ObjectKey): boolean {
  return runs.every(({ applies }) => applies?.has(object) === true);
}
