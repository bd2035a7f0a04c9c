import type { RunOptions, RunResult } from '../../system/processes.ts';
import type { System } from '../../system/system.ts';

/** A system in which each key command runs once for a recipient, however many look at what it gave. */
export interface OnceSystem {
  readonly system: System;
  /** Wipes what the commands gave. */
  forget(): void;
}

/** Key commands are those that are told a recipient (SOPS_AGE_RECIPIENT); everything else runs as often as asked. */
export function runningOnce(system: System): OnceSystem {
  const results = new Map<string, Promise<RunResult>>();
  const run = async (
    program: string,
    args: readonly string[],
    options: RunOptions = {},
  ): Promise<RunResult> => {
    const recipient = options.env?.['SOPS_AGE_RECIPIENT'];
    if (recipient === undefined) return system.processes.run(program, args, options);
    const key = JSON.stringify([program, args, recipient]);
    const running = results.get(key) ?? system.processes.run(program, args, options);
    results.set(key, running);
    // whoever asked wipes what it got
    const { stdout, stderr, ...how } = await running;
    return { ...how, stdout: Uint8Array.from(stdout), stderr: Uint8Array.from(stderr) };
  };
  return {
    system: { ...system, processes: { ...system.processes, run } },
    forget() {
      for (const running of results.values()) {
        running.then(
          ({ stdout, stderr }) => {
            stdout.fill(0);
            stderr.fill(0);
          },
          () => undefined,
        );
      }
    },
  };
}
