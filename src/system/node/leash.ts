import type { ChildProcess } from 'node:child_process';
import type { RunOptions } from '../processes.ts';
import type { Termination } from './termination.ts';

/** How long a program that was asked to end may take, in milliseconds. */
const grace = 1000;

/**
 * Whether a program is the head of its own process group, which can be ended as a whole. One that reads from the
 * terminal must be in ours: another would be stopped for reading, and Ctrl-C reaches it there anyway.
 */
export function isLeashed({ signal, inputShared }: RunOptions): boolean {
  return signal !== undefined && inputShared !== true && process.platform !== 'win32';
}

/** What holds a program: call `hold` when it was started, and `release` when it has ended. */
export interface Leash {
  hold(child: ChildProcess): void;
  release(): void;
}

/**
 * Ends a program at a signal, or with this process. Made before the start: a signal to this process must not find it
 * without this while the program already runs.
 */
export function leash(options: RunOptions, termination: Termination): Leash {
  const { signal } = options;
  if (signal === undefined) return { hold: () => undefined, release: () => undefined };
  let child: ChildProcess | null = null;
  let last: NodeJS.Timeout | undefined;
  const kill = (how: NodeJS.Signals): void => {
    try {
      if (isLeashed(options) && child?.pid !== undefined) process.kill(-child.pid, how);
      else child?.kill(how);
    } catch {
      // it has ended
    }
  };
  const pull = (): void => {
    kill('SIGTERM');
    last = setTimeout(() => {
      kill('SIGKILL');
      // what it started may have left the group, and holds its output open
      for (const stream of [child?.stdout, child?.stderr]) stream?.destroy();
    }, grace);
  };
  const forget = termination.atEnd(() => kill('SIGKILL'));
  return {
    hold(started) {
      child = started;
      if (signal.aborted) pull();
      else signal.addEventListener('abort', pull);
    },
    release() {
      clearTimeout(last);
      signal.removeEventListener('abort', pull);
      forget();
    },
  };
}
