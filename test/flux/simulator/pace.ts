import type { Random } from './random.ts';

/** What takes time. */
export type Step =
  /** A queued key reaches a worker; a change reaches the controller's cache. */
  | 'start'
  | 'watch'
  /** A source finds the new revision, and makes its artifact. */
  | 'source'
  /** Of a reconcile, in their order. */
  | 'read'
  | 'status'
  | 'fetch'
  | 'build'
  | 'dry-run'
  | 'apply'
  | 'settle'
  | 'find-stale'
  | 'get'
  | 'delete'
  | 'health'
  | 'finish'
  /** Until a key comes back: after its finalizer was added, a dependency that was not ready, a failure. */
  | 'requeue'
  | 'dependency'
  | 'retry'
  /** Another controller takes its finalizer away; a namespace's or definition's content is deleted. */
  | 'finalizer'
  | 'cascade'
  /** Something asks for a reconcile without need: an interval, a user. */
  | 'poke';

/** How long a step takes, in milliseconds. */
export interface Pace {
  readonly workers: number;
  /** How many times something asks for a reconcile of each Kustomization without need. */
  readonly pokes: number;
  of(step: Step, key: string): number;
}

/** Middle durations, as they were seen on one machine with the real controllers (two cores, everything on loopback). */
const seen: Readonly<Record<Step, number>> = {
  start: 0.5,
  watch: 2,
  source: 250,
  read: 0.3,
  status: 6,
  fetch: 8,
  build: 15,
  'dry-run': 1,
  apply: 3,
  settle: 3,
  'find-stale': 1.6,
  get: 2.4,
  delete: 5,
  health: 100,
  finish: 6,
  requeue: 750,
  dependency: 2000,
  retry: 5000,
  finalizer: 1500,
  cascade: 200,
  poke: 60_000,
};

/** As it was seen: each step within a factor of two. */
export function measuredPace(random: Random): Pace {
  return {
    workers: 4,
    pokes: 0,
    of: (step) => seen[step] * random.between(0.6, 1.7),
  };
}

/** Anything goes: every Kustomization, source and kind of step may be a thousand times slower than another. */
export function adversarialPace(random: Random): Pace {
  const factors = new Map<string, number>();
  const factor = (name: string, spread: number): number => {
    let known = factors.get(name);
    if (known === undefined) {
      known = 10 ** random.between(-spread, spread);
      factors.set(name, known);
    }
    return known;
  };
  const stalls = random.chance(0.5) ? 0.03 : 0;
  return {
    workers: random.pick([1, 2, 4, 4]),
    pokes: random.pick([0, 0, 1, 2]),
    of: (step, key) => {
      const stall = stalls > 0 && random.chance(stalls) ? 1000 : 1;
      return seen[step] * factor(key, 1.2) * factor(step, 1) * random.wait() * stall;
    },
  };
}
