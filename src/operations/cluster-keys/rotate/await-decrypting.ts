import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { KustomizationDecryption } from '../../../flux/decryption/decryption.ts';
import type { Git } from '../../../repository/git/git.ts';
import type { Interruption } from '../../watch/interruption.ts';
import type { Narrator } from '../../watch/narrator.ts';
import type { BoundCluster } from '../bound-cluster.ts';
import { type Asked, askThose } from './ask-those.ts';
import { type DecryptingCluster, type DecryptingLook, DecryptingWatch } from './decrypting-cluster.ts';
import { explainStandings } from './explain-standing.ts';
import type { JudgedStanding } from './judge-standing.ts';
import type { Standing } from './standing.ts';

export type { DecryptingCluster } from './decrypting-cluster.ts';
export type { Standing } from './standing.ts';

/** How it is waited. */
export interface AwaitOptions {
  readonly tell: Narrator;
  readonly interruption: Interruption;
  readonly timeoutMs: number;
  now(): Date;
  /** Gets what each look saw: what is known where the wait ends with an error. */
  seen?(standings: readonly Standing[]): void;
}

/**
 * Looks once how the Kustomizations that decrypt stand to a commit: those of the model, and live ones beside it that
 * decrypt files of this repository or with one of the same Secrets. Throws `cluster.*`, `git.*`.
 */
export async function standingOf(
  bound: BoundCluster,
  decryptions: readonly KustomizationDecryption[],
  commit: string,
  git: Git,
): Promise<readonly Standing[]> {
  const { standings } = await new DecryptingWatch({ bound, decryptions }, commit, git).look();
  return (await explainStandings(bound.cluster, standings, new Date())).map(bare);
}

/** Without what only the wait needs to know. */
function bare({ key, cluster, state, revision, why, mend }: Standing): Standing {
  return { key, cluster, state, revision, why, mend };
}

const firstPauseMs = 300;
const longestPauseMs = 2000;
/** How long a failure is watched before it counts: a moment ago the controller may have had an older state. */
const patienceMs = 20_000;
/** The same, of failures that the next run has again: what is in the commit decides them. */
const certaintyMs = 3000;

/**
 * Has the sources fetch and the Kustomizations act, as the program flux does, and waits until none that decrypts is
 * `waiting` any more. Those that are suspended, pinned or opaque are returned, and do not hold it up. Throws
 * `cluster-key.wait` where one fails, with the cause and what mends it, and after the timeout; `interrupted`;
 * `cluster.*` where a cluster does not answer for a while.
 */
export async function awaitDecrypting(
  clusters: readonly DecryptingCluster[],
  commit: string,
  git: Git,
  options: AwaitOptions,
): Promise<readonly Standing[]> {
  const { tell, interruption, now } = options;
  const followed = clusters.map((one) => new Following(new DecryptingWatch(one, commit, git)));
  const start = now().getTime();
  let pause = firstPauseMs;
  for (;;) {
    interruption.check();
    for (const one of followed) await one.look(options);
    const waiting = followed.flatMap((one) => one.waiting);
    const all = followed.flatMap((one) => one.standings);
    options.seen?.(all.map(bare));
    const failed = followed.find((one) => one.failure(now()) !== null);
    const isLate = now().getTime() - start > options.timeoutMs;
    if (failed !== undefined || (isLate && waiting.length > 0)) {
      for (const one of followed) await one.explain(now());
      options.seen?.(followed.flatMap((one) => one.standings.map(bare)));
      throw failed?.refusal(now()) ?? tooLate(waiting, options.timeoutMs);
    }
    if (waiting.length === 0) {
      tell.wait('');
      return all.map(bare);
    }
    tell.wait(waitText(waiting, all));
    await interruption.pause(pause);
    pause = Math.min(pause * 1.4, longestPauseMs);
  }
}

/** One cluster while it is waited for. */
class Following {
  readonly #watch: DecryptingWatch;
  readonly #asked: Asked = { fetched: new Map(), acted: 0, denied: false };
  /** Those that were seen ready: what runs again a moment later was ready all the same. */
  readonly #ready = new Map<string, JudgedStanding>();
  readonly #failing = new Map<string, number>();
  standings: readonly JudgedStanding[] = [];

  constructor(watch: DecryptingWatch) {
    this.#watch = watch;
  }

  /** What is not right yet; what fails is given its time, too. */
  get waiting(): readonly Standing[] {
    return this.standings.filter(({ state }) => state === 'waiting' || state === 'failing');
  }

  async look(options: AwaitOptions): Promise<void> {
    const seen = await patiently(options, () => this.#watch.look());
    const now = options.now();
    this.standings = seen.standings.map((one) => this.#ready.get(one.key) ?? one);
    for (const one of this.standings) {
      if (one.state === 'ready') this.#ready.set(one.key, one);
      if (one.state !== 'failing') this.#failing.delete(one.key);
      else if (!this.#failing.has(one.key)) this.#failing.set(one.key, now.getTime());
    }
    if (this.waiting.length > 0) await this.#ask(seen, options);
  }

  async #ask({ view }: DecryptingLook, options: AwaitOptions): Promise<void> {
    const keys = this.waiting.map(({ key }) => key);
    await patiently(options, () => askThose(this.#watch.bound.cluster, view, keys, this.#asked, options));
  }

  /** One that has failed for long enough to count; `null`: none. */
  failure(now: Date): Standing | null {
    const counts = (one: JudgedStanding): boolean => {
      const since = this.#failing.get(one.key);
      const needed = one.certain ? certaintyMs : patienceMs;
      return since !== undefined && now.getTime() - since > needed;
    };
    return this.standings.find(counts) ?? null;
  }

  /** Puts causes in the place of what controllers say. */
  async explain(now: Date): Promise<void> {
    const told = await explainStandings(this.#watch.bound.cluster, this.standings, now);
    this.standings = this.standings.map((one, index) => ({ ...one, ...told[index] }));
  }

  refusal(now: Date): SopskitError {
    const { cluster } = this.#watch.bound;
    const failure = this.failure(now) as Standing;
    const others = this.standings.filter(({ state, key }) => state === 'failing' && key !== failure.key);
    const more = others.length === 0 ? '' : ` (${others.map(({ key }) => key).join(', ')}: failing, too)`;
    return new SopskitError(
      'cluster-key.wait',
      `Kustomization ${failure.key} of the context ${cluster.context} is not Ready: ${failure.why}${more}`,
      {
        hint: `${failure.mend === null ? '' : `Mend it: ${failure.mend}. `}Then run the same command again, which goes on.`,
      },
    );
  }
}

/** An API server that does not answer for a moment is no reason to stop. */
async function patiently<T>(options: AwaitOptions, work: () => Promise<T>): Promise<T> {
  const start = options.now().getTime();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const isShort = options.now().getTime() - start < patienceMs;
      const mayPass =
        error instanceof SopskitError && ['cluster.unreachable', 'cluster.timeout'].includes(error.code);
      if (!isShort || !mayPass) throw error;
      options.tell.wait('the API server does not answer');
      await options.interruption.pause(longestPauseMs);
      options.interruption.check();
    }
  }
}

function waitText(waiting: readonly Standing[], all: readonly Standing[]): string {
  const acting = all.filter(({ state }) => !['suspended', 'pinned', 'opaque'].includes(state));
  const [first] = waiting;
  const counted = `${acting.length - waiting.length}/${acting.length} Ready`;
  return first === undefined ? counted : `${counted}: ${first.key} (${first.cluster}): ${first.why}`;
}

function tooLate(waiting: readonly Standing[], timeoutMs: number): SopskitError {
  const told = waiting.slice(0, 5).map(({ key, cluster, why }) => `${key} of ${cluster}: ${why}`);
  const more = waiting.length > 5 ? `; and ${waiting.length - 5} more` : '';
  return new SopskitError(
    'cluster-key.wait',
    `after ${Math.round(timeoutMs / 1000)} s not every Kustomization that decrypts is Ready at the commit: ${told.join('; ')}${more}`,
    { hint: 'Run the same command again, which goes on waiting; --timeout gives it longer.' },
  );
}
