import { setTimeout as sleep } from 'node:timers/promises';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { System } from '../../system/system.ts';

/** Whether the user wants to stop. Work is stopped between its parts, never in the middle of one. */
export interface Interruption {
  readonly wanted: boolean;
  /** Aborted as soon as the user wants to stop. */
  readonly signal: AbortSignal;
  /** Waits, and no longer than until the user wants to stop. */
  pause(ms: number): Promise<void>;
  /** Throws `interrupted` where the user wants to stop. */
  check(): void;
  /** Lets signals end this process again. */
  release(): void;
}

/** Takes signals (Ctrl-C, SIGTERM, …) for the wish to stop, until it is released. */
export function interruption(system: System): Interruption {
  const stop = new AbortController();
  const release = system.divertSignals?.(() => stop.abort()) ?? (() => undefined);
  return {
    get wanted() {
      return stop.signal.aborted;
    },
    signal: stop.signal,
    async pause(ms) {
      await sleep(ms, undefined, { signal: stop.signal }).catch(() => undefined);
    },
    check() {
      if (stop.signal.aborted) throw new SopskitError('interrupted', 'interrupted');
    },
    release,
  };
}
