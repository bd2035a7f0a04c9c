import type { FileWork, ManyFile, Outcome } from './outcome.ts';

/** Who does the work on many files: this thread, or several. */
export interface Crew {
  /**
   * Works on the files in any order and calls `done` once for each; stops handing out work when `stop` is aborted, and
   * resolves when what was begun has ended. Rejects when a worker breaks.
   */
  perform(
    files: readonly ManyFile[],
    done: (index: number, outcome: Outcome) => void,
    stop: AbortSignal,
  ): Promise<void>;
  close(): Promise<void>;
}

/** How many files are worked on at a time in one thread: while one waits for a key, the others go on. */
export const interleaved = 4;

/** How long a thread works before it lets signals and messages in, in milliseconds. */
const stretchMs = 20;

/** Works in this thread. */
export function inlineCrew(work: FileWork): Crew {
  return {
    async perform(files, done, stop) {
      let next = 0;
      let rested = performance.now();
      const runner = async (): Promise<void> => {
        while (next < files.length && !stop.aborted) {
          const index = next++;
          const file = files[index];
          if (file === undefined) return;
          done(index, await work(file));
          if (performance.now() - rested < stretchMs) continue;
          await rest();
          rested = performance.now();
        }
      };
      await Promise.all(Array.from({ length: interleaved }, runner));
    },
    close: () => Promise.resolve(),
  };
}

/** Lets everything that waits run: signals, timers, messages. */
export function rest(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
