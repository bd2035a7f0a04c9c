import { posix } from 'node:path';
import { main } from '../../src/cli/main.ts';
import { createOperations } from '../../src/cli/operations/create-operations.ts';
import { isolatedSystem } from '../../src/library/isolated-system.ts';
import type { Files } from '../../src/system/files.ts';
import type { System } from '../../src/system/system.ts';

export interface MemoryRun {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** Files after the run, by absolute path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly milliseconds: number;
}

/** Runs a command line in this process, over files in memory: fast enough for tens of thousands of runs. */
export async function runInMemory(
  argv: readonly string[],
  given: Readonly<Record<string, Uint8Array>>,
  variables: Readonly<Record<string, string>>,
): Promise<MemoryRun> {
  const files = new Map(Object.entries(given).map(([name, bytes]) => [posix.resolve('/w', name), bytes]));
  const notes: string[] = [];
  const output: Uint8Array[] = [];
  const base = isolatedSystem(variables);
  const system: System = {
    ...base,
    files: filesIn(files, base.files),
    warn: (text) => void notes.push(`warning: ${text}\n`),
  };
  const terminal = {
    colours: { output: false, error: false },
    write: (data: Uint8Array | string) => void output.push(Buffer.from(data as string)),
    tell: (line: string) => void notes.push(`${line}\n`),
    readLine: () => null,
  };
  const begun = performance.now();
  const status = await main(argv, { system, terminal, operations: async (of) => createOperations(of) });
  return {
    status,
    stdout: Buffer.concat(output),
    stderr: notes.join(''),
    files,
    milliseconds: performance.now() - begun,
  };
}

function filesIn(files: Map<string, Uint8Array>, none: Files): Files {
  return {
    ...none,
    cwd: '/w',
    home: '/h',
    status(path) {
      const bytes = files.get(posix.resolve('/w', path));
      return bytes === undefined
        ? null
        : { kind: 'file', size: bytes.length, mode: 0o644, modifiedMs: 0, id: path };
    },
    read: (path) => files.get(posix.resolve('/w', path)) ?? null,
    replace: (path, bytes) => void files.set(posix.resolve('/w', path), bytes),
    checkReplaceable: () => undefined,
  };
}
