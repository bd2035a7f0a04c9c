import path from 'node:path';
import type { Environment } from '../../../src/system/environment.ts';
import { nodeFiles } from '../../../src/system/node/node-files.ts';
import { nodeProcesses } from '../../../src/system/node/node-processes.ts';
import { nodeSystem } from '../../../src/system/node/node-system.ts';
import { nodeTermination } from '../../../src/system/node/termination.ts';
import type { System } from '../../../src/system/system.ts';

/** The real system with this environment only. `programs`: absolute paths of programs that are found. */
export function realSystem(
  variables: Readonly<Record<string, string>>,
  programs: readonly string[] = [],
): System {
  const folders = [...programs.map((program) => path.dirname(program)), '/usr/bin', '/bin'];
  const all: Record<string, string> = { PATH: folders.join(path.delimiter), ...variables };
  const env: Environment = { get: (name) => all[name], all: () => all };
  const termination = nodeTermination();
  return {
    ...nodeSystem(),
    env,
    files: nodeFiles(env, termination),
    processes: nodeProcesses(env, termination),
    warn: () => undefined,
  };
}
