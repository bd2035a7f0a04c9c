import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Environment } from '../../src/system/environment.ts';
import { nodeProcesses } from '../../src/system/node/node-processes.ts';
import { nodeSystem } from '../../src/system/node/node-system.ts';
import { nodeTermination } from '../../src/system/node/termination.ts';
import type { System } from '../../src/system/system.ts';

/** A temporary git repository of its own: no configuration of this machine or user is read. */
export class TestRepository {
  readonly folder: string;
  readonly home: string;
  readonly #base: string;

  constructor(options: { readonly git?: boolean; readonly args?: readonly string[] } = {}) {
    this.#base = mkdtempSync(path.join(tmpdir(), 'sopskit-repository-'));
    this.folder = path.join(this.#base, 'work tree');
    this.home = path.join(this.#base, 'home');
    mkdirSync(this.folder);
    mkdirSync(this.home);
    if (options.git !== false) this.git('init', '-q', ...(options.args ?? []));
  }

  get env(): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.home,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'init.defaultBranch',
      GIT_CONFIG_VALUE_0: 'main',
      GIT_AUTHOR_NAME: 'Test',
      GIT_AUTHOR_EMAIL: 'test@example.com',
      GIT_COMMITTER_NAME: 'Test',
      GIT_COMMITTER_EMAIL: 'test@example.com',
    };
  }

  /** Runs git in the working tree and returns what it printed. Throws where it fails. */
  git(...args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync('git', args, { cwd: this.folder, env: this.env });
    if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout.toString();
  }

  write(file: string | Buffer, content: string | Uint8Array): void {
    const full = Buffer.concat([Buffer.from(`${this.folder}/`), Buffer.from(file)]);
    mkdirSync(path.dirname(full.toString('latin1')), { recursive: true });
    writeFileSync(full, content);
  }

  commit(message = 'a commit'): string {
    this.git('add', '--all');
    this.git('commit', '-q', '--allow-empty', '-m', message);
    return this.git('rev-parse', 'HEAD').trim();
  }

  /** The real system, as a process in a folder of this repository would have it. */
  system(folder = this.folder): System {
    const real = nodeSystem();
    const variables = this.env;
    const env: Environment = { get: (name) => variables[name], all: () => variables };
    const files = { ...real.files, cwd: folder, home: this.home };
    return { ...real, env, files, processes: nodeProcesses(env, nodeTermination()) };
  }

  remove(): void {
    rmSync(this.#base, { recursive: true, force: true });
  }
}
