import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FluxScene } from './flux-scene.ts';

const bin = fileURLToPath(new URL('../../bin/sopskit.js', import.meta.url));

export interface Ran {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunHow {
  /** Folders for PATH, before this process's own. */
  readonly tools?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Called as soon as it runs. */
  readonly onSpawn?: (child: ChildProcess) => void;
  /** Called with each line of standard error as it comes. */
  readonly onLine?: (line: string, child: ChildProcess) => void;
}

/** Runs the built command in the working copy of a scene, as its user. */
export function sopskit(
  scene: Pick<FluxScene, 'env' | 'folder'>,
  args: readonly string[],
  how: RunHow = {},
): Promise<Ran> {
  const variables = { ...scene.env, ...how.env };
  const folders = [...(how.tools ?? []).map((tool) => path.dirname(tool)), variables['PATH'] ?? ''];
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: scene.folder,
    env: { ...variables, PATH: folders.join(path.delimiter) },
    stdio: ['pipe', 'pipe', 'pipe'],
    // a terminal of this process is not the command's
    detached: true,
  });
  how.onSpawn?.(child);
  let [stdout, stderr, rest] = ['', '', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) how.onLine?.(line, child);
  });
  child.stdin.on('error', () => {});
  child.stdin.end(how.input ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status, signal, stdout, stderr }));
  });
}
