import type { BuiltObject } from '../../../src/flux/build/build.ts';
import type { Side } from '../../../src/flux/plan/change.ts';
import { sortedByDependency } from './dependencies.ts';
import { finalize } from './finalize.ts';
import type { KustomizationObject, StatusPatch } from './kustomization-object.ts';
import type { Pace, Step } from './pace.ts';
import type { Prepared } from './prepared.ts';
import type { Random } from './random.ts';
import { reconcile } from './reconcile.ts';
import { Timeline } from './timeline.ts';
import { WorkQueue } from './work-queue.ts';

/** An object of the API server. */
export interface LiveObject {
  readonly id: string;
  readonly uid: number;
  built: BuiltObject;
  /** The Kustomization that its labels name. */
  owner: string | null;
  terminating: boolean;
  /** Labels and annotations of others: what Flux applies does not take them away. */
  readonly marks: ReadonlyMap<string, string>;
}

interface Watched {
  /** What the API server has, and what the controller's cache has of it. */
  current: KustomizationObject | null;
  cached: KustomizationObject | null;
}

/** Everything of one run: API server, caches, queue and clock. */
export class World {
  readonly prepared: Prepared;
  readonly random: Random;
  readonly pace: Pace;
  readonly timeline = new Timeline();
  readonly objects = new Map<string, LiveObject>();
  readonly kustomizations = new Map<string, Watched>();
  /** The revision of each source's artifact; absent: it has none. */
  readonly artifacts = new Map<string, Side>();
  readonly deletions = new Map<string, string[]>();
  readonly attempts = new Map<string, number>();
  readonly story: string[] | null;
  readonly queue: WorkQueue;
  /** Counts changes of objects and inventories: where it stands still, the cluster is quiet. */
  changes = 0;
  #uid = 0;

  constructor(prepared: Prepared, random: Random, pace: Pace, story: string[] | null) {
    this.prepared = prepared;
    this.random = random;
    this.pace = pace;
    this.story = story;
    this.queue = new WorkQueue(this, pace.workers, (key) => this.#work(key));
  }

  *#work(key: string): Generator<Step, void> {
    const object = this.kustomizations.get(key)?.cached;
    if (object === null || object === undefined) return;
    yield* object.terminating ? finalize(this, object) : reconcile(this, object);
  }

  after(step: Step, key: string, act: () => void): void {
    this.timeline.after(this.pace.of(step, key), act);
  }

  requeue(step: Step, key: string): void {
    this.after(step, key, () => this.queue.add(key));
  }

  tell(line: string): void {
    this.story?.push(`${Math.round(this.timeline.now)} ${line}`);
  }

  newUid(): number {
    return ++this.#uid;
  }

  live(key: string): KustomizationObject | null {
    return this.kustomizations.get(key)?.current ?? null;
  }

  /** Writes a Kustomization, and lets the cache know later; a new generation asks for a reconcile then. */
  write(key: string, next: KustomizationObject | null): void {
    let watched = this.kustomizations.get(key);
    if (watched === undefined) {
      watched = { current: null, cached: null };
      this.kustomizations.set(key, watched);
    }
    watched.current = next;
    const seen = watched;
    this.after('watch', key, () => {
      const before = seen.cached;
      seen.cached = seen.current;
      if (seen.cached !== null && before?.generation !== seen.cached.generation) this.queue.add(key);
    });
  }

  patchStatus(key: string, patch: StatusPatch): void {
    const current = this.live(key);
    if (current === null) return;
    if (patch.inventory !== undefined && !sameIds(patch.inventory, current.inventory)) this.changes++;
    if (patch.lastApplied !== undefined && patch.lastApplied !== current.lastApplied) this.changes++;
    this.write(key, { ...current, ...patch });
  }

  /** The source found the new revision. */
  sourceMoved(source: string): void {
    this.artifacts.set(source, 'head');
    this.tell(`${source} is at head`);
    const revision = `${source}@head`;
    const asked: KustomizationObject[] = [];
    for (const { cached } of this.kustomizations.values()) {
      if (cached === null || this.sourceOf(cached) !== source) continue;
      const settled = cached.ready === 'True' || cached.reconciling;
      if (!(settled && cached.lastAttempted === revision)) asked.push(cached);
    }
    for (const key of sortedByDependency(asked) ?? []) this.queue.add(key);
  }

  sourceOf({ key, version }: KustomizationObject): string {
    return this.prepared.source(key, version);
  }

  /** Whether the source is there; one that no Kustomization makes always is. */
  hasSource(source: string): boolean {
    for (const [id, key] of this.prepared.sources) if (key === source) return this.objects.has(id);
    return true;
  }
}

function sameIds(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  const known = new Set(a);
  return b.every((id) => known.has(id));
}
