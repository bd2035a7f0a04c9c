import { conditionOf } from './flux-scene.ts';
import type { RotateScene } from './rotate-scene.ts';

/** What was seen while a loop asked everything to reconcile, again and again. */
export interface LoopSeen {
  /** Ready conditions that were False, and events of failures; what only waits for an artifact or a dependency is none. */
  readonly failures: readonly string[];
  /** Every value that a part's decrypted Secret had. */
  readonly values: ReadonlyMap<string, ReadonlySet<string | null>>;
  readonly looks: number;
  /** How many runs of Kustomizations ended. */
  readonly runs: number;
}

const pauseMs = 60;

/** Asks the source and the Kustomizations of a scene to reconcile all the time, and looks at what comes of it. */
export class LoopWatch {
  readonly #scene: RotateScene;
  readonly #failures = new Set<string>();
  readonly #values = new Map<string, Set<string | null>>();
  readonly #handled = new Set<string>();
  #looks = 0;
  #wanted = true;
  #loops: Promise<unknown> = Promise.resolve();

  constructor(scene: RotateScene) {
    this.#scene = scene;
  }

  start(): void {
    this.#loops = Promise.all([this.#loop(() => this.#ask()), this.#loop(() => this.#look())]);
  }

  async stop(): Promise<LoopSeen> {
    this.#wanted = false;
    await this.#loops;
    await this.#readEvents();
    return {
      failures: [...this.#failures],
      values: this.#values,
      looks: this.#looks,
      runs: this.#handled.size,
    };
  }

  async #loop(work: () => Promise<void>): Promise<void> {
    while (this.#wanted) {
      await work();
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  async #ask(): Promise<void> {
    const { flux, parts } = this.#scene;
    await flux.annotate('gitrepositories', 'flux-system');
    const annotations = { 'reconcile.fluxcd.io/requestedAt': `loop-${Date.now()}-${Math.random()}` };
    for (const { name, namespace } of parts)
      await flux.controlPlane.patch('kustomizations', namespace, name, { metadata: { annotations } });
  }

  async #look(): Promise<void> {
    this.#looks++;
    for (const part of this.#scene.parts) {
      const { name, namespace } = part;
      const live = await this.#scene.flux.controlPlane.get('kustomizations', namespace, name);
      const ready = conditionOf(live, 'Ready');
      if (ready?.status === 'False') this.#note(name, ready.reason, ready.message);
      const handled = live?.status?.lastHandledReconcileAt;
      if (handled !== undefined) this.#handled.add(`${name} ${handled}`);
      const values = this.#values.get(name) ?? new Set();
      this.#values.set(name, values.add(await this.#scene.password(part)));
    }
  }

  async #readEvents(): Promise<void> {
    for (const namespace of new Set(this.#scene.parts.map((part) => part.namespace)))
      for (const event of await this.#scene.flux.controlPlane.list('events', namespace))
        if (event.involvedObject.kind === 'Kustomization' && event.type === 'Warning')
          this.#note(event.involvedObject.name, event.reason, event.message);
  }

  #note(name: string, reason: string, message: string): void {
    if (reason === 'ArtifactFailed' || reason === 'DependencyNotReady') return;
    this.#failures.add(`${name}: ${reason}: ${message}`);
  }
}
