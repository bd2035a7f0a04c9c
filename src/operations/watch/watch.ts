import type { ErrorCode } from '../../errors/codes.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Interruption } from './interruption.ts';
import type { Judgement } from './judgement.ts';
import type { Narrator } from './narrator.ts';

/** How something in the cluster is waited for. */
export interface Watch {
  readonly tell: Narrator;
  readonly interruption: Interruption;
  readonly timeoutMs: number;
  /** What is thrown where it cannot become right, or did not in time. */
  readonly code: ErrorCode;
  now(): Date;
}

/** What is not as it is waited for. */
export interface Open {
  readonly judged: Exclude<Judgement, { readonly state: 'holds' }>;
  /** What is waited for, in words. */
  readonly shown: string;
}

/** One look at the cluster. */
export interface Look {
  readonly open: readonly Open[];
  /** How many things are waited for in all. */
  readonly all: number;
  /** What else may be the reason that nothing moves. */
  readonly causes: readonly Judgement[];
}

const firstPauseMs = 300;
const longestPauseMs = 2000;
/** How long a failure that may pass is watched before it counts. */
export const patienceMs = 20_000;
/** How long what will not pass is watched: a controller's cache may be behind for a moment. */
const certaintyMs = 1500;

/**
 * Looks at the cluster until nothing is open. Throws `settings.code` as soon as something cannot become right by
 * itself, or after the timeout; `interrupted`; `cluster.*` where the cluster does not answer for a while.
 */
export async function watch(settings: Watch, look: () => Promise<Look>): Promise<void> {
  const start = settings.now().getTime();
  const failures = new Map<string, number>();
  let pause = firstPauseMs;
  for (;;) {
    settings.interruption.check();
    const seen = await patiently(settings, look);
    if (seen.open.length === 0) break;
    const now = settings.now().getTime();
    refuseStuck(seen, failures, now, settings.code);
    if (now - start > settings.timeoutMs) throw tooLate(seen.open, settings);
    settings.tell.wait(waitText(seen));
    await settings.interruption.pause(pause);
    pause = Math.min(pause * 1.4, longestPauseMs);
  }
  settings.tell.wait('');
}

/** An API server that does not answer for a moment is no reason to stop: what runs in the cluster may be restarted. */
async function patiently<T>(settings: Watch, look: () => Promise<T>): Promise<T> {
  const start = settings.now().getTime();
  for (;;) {
    try {
      return await look();
    } catch (error) {
      const isShort = settings.now().getTime() - start < patienceMs;
      const mayPass =
        error instanceof SopskitError && ['cluster.unreachable', 'cluster.timeout'].includes(error.code);
      if (!isShort || !mayPass) throw error;
      settings.tell.wait('the API server does not answer');
      await settings.interruption.pause(longestPauseMs);
      settings.interruption.check();
    }
  }
}

function refuseStuck(
  { open, causes }: Look,
  failures: Map<string, number>,
  now: number,
  code: ErrorCode,
): void {
  const seen = new Set<string>();
  for (const judged of [...causes, ...open.map((one) => one.judged)]) {
    if (judged.state !== 'stuck') continue;
    seen.add(judged.why);
    const since = failures.get(judged.why) ?? now;
    failures.set(judged.why, since);
    if (now - since > (judged.certain ? certaintyMs : patienceMs))
      throw new SopskitError(code, judged.why, judged.hint === null ? {} : { hint: judged.hint });
  }
  for (const why of failures.keys()) if (!seen.has(why)) failures.delete(why);
}

function tooLate(open: readonly Open[], { timeoutMs, code }: Watch): SopskitError {
  const first = open[0];
  const more = open.length > 1 ? ` (and ${open.length - 1} more)` : '';
  const waited = open
    .slice(0, 5)
    .map(({ shown }) => shown)
    .join('; ');
  return new SopskitError(code, `after ${Math.round(timeoutMs / 1000)} s ${first?.judged.why ?? ''}${more}`, {
    hint: `What is waited for: ${waited}. --timeout gives it longer.`,
  });
}

function waitText({ open, all }: Look): string {
  const first = open[0];
  if (first === undefined) return '';
  return all > 1 ? `${all - open.length}/${all} seen live: ${first.judged.why}` : first.judged.why;
}
