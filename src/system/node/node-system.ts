import type { System } from '../system.ts';
import { nodeEnvironment } from './node-environment.ts';
import { nodeFiles } from './node-files.ts';
import { nodeProcesses } from './node-processes.ts';
import { nodePrompts } from './node-prompts.ts';
import { isEndSignal, nodeTermination } from './termination.ts';
import { writeAll } from './write-all.ts';

/**
 * Returns the real world: Node's files, processes, terminal, clock and randomness.
 *
 * Makes nothing and listens to nothing until it is asked; modules that cost start-up time (crypto, child_process, tty)
 * are taken from Node at first use.
 */
export function nodeSystem(): System {
  const env = nodeEnvironment();
  const termination = nodeTermination();
  return {
    platform: process.platform,
    env,
    files: nodeFiles(env, termination),
    processes: nodeProcesses(env, termination),
    prompts: nodePrompts(termination),
    divertSignals: (receive) => termination.divert((signal) => isEndSignal(signal) && receive()),
    now: () => new Date(),
    randomBytes: (length) => Uint8Array.from(process.getBuiltinModule('node:crypto').randomBytes(length)),
    warn: (message) => warn(message),
  };
}

/** `process.stderr` would load the terminal and stream modules; a closed standard error is nobody's problem. */
function warn(message: string): void {
  try {
    writeAll(2, new TextEncoder().encode(`warning: ${message}\n`));
  } catch {
    // nobody listens
  }
}
