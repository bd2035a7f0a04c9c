import { main } from '../../src/cli/main.ts';
import { nodeProcesses } from '../../src/system/node/node-processes.ts';
import { nodeSystem } from '../../src/system/node/node-system.ts';
import { nodeTermination } from '../../src/system/node/termination.ts';

export interface DoctorRun {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs `sopskit flux doctor …` in a folder and an environment, as the command line does. */
export async function runDoctor(
  args: readonly string[],
  where: {
    readonly folder: string;
    readonly env: Readonly<Record<string, string>>;
    readonly laterMs?: number;
  },
): Promise<DoctorRun> {
  const real = nodeSystem();
  const env = { get: (name: string) => where.env[name], all: () => where.env };
  const home = where.env['HOME'] ?? where.folder;
  const told: string[] = [];
  let output = '';
  const status = await main(['flux', 'doctor', ...args], {
    system: {
      ...real,
      env,
      files: { ...real.files, cwd: where.folder, home },
      processes: nodeProcesses(env, nodeTermination()),
      // what takes minutes is seen at once by somebody who looks minutes later
      now: () => new Date(Date.now() + (where.laterMs ?? 0)),
      warn: (message) => told.push(message),
    },
    terminal: {
      colours: { output: false, error: false },
      write: (data) => {
        output += typeof data === 'string' ? data : Buffer.from(data).toString();
      },
      tell: (line) => told.push(line),
      readLine: () => null,
    },
    operations: async () => {
      throw new Error('flux doctor works on no file');
    },
  });
  return { status, output, errors: told.join('\n') };
}
