import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const systemModule = path.resolve(import.meta.dirname, '../../src/system/node/node-system.ts');

/**
 * Bundles a program for a process of its own (Node 20 runs no TypeScript) and returns its file. `body` is module code
 * that has `system`, `fs` and `process` at hand.
 */
export async function writeProgram(folder: string, body: string): Promise<string> {
  const file = path.join(folder, `program-${Math.random().toString(36).slice(2)}.mjs`);
  const contents = `import fs from 'node:fs';\nimport { nodeSystem } from ${JSON.stringify(systemModule)};\nconst system = nodeSystem();\n${body}`;
  await build({
    stdin: { contents, resolveDir: path.dirname(systemModule), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: file,
    logLevel: 'error',
  });
  return file;
}

export function startProgram(
  file: string,
  args: readonly string[],
  options: SpawnOptions = {},
): ChildProcess {
  return spawn(process.execPath, [file, ...args], { stdio: 'pipe', ...options });
}

export interface Ending {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Resolves when the program has ended. */
export function ending(child: ChildProcess): Promise<Ending> {
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output.stderr += chunk;
  });
  return new Promise((resolve) =>
    child.once('close', (status, signal) => resolve({ status, signal, ...output })),
  );
}

/** Makes a folder that lives as long as `use`. */
export async function withFolder<T>(use: (folder: string) => Promise<T> | T): Promise<T> {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(process.env['TMPDIR'] ?? '/tmp'), 'sopskit-test-'));
  try {
    return await use(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Waits until `holds`, for ten seconds at most. */
export async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 10) {
    if (waited > 10_000) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
