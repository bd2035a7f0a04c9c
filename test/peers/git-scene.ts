import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { testKey } from '../cli/world.ts';
import { TestRepository } from './git-repository.ts';

const bin = fileURLToPath(new URL('../../bin/sopskit.js', import.meta.url));

/** Stands in every value of these tests, so that it can be looked for where no value may be. */
export const canary = 'kanari';

/** Selects the values of Secrets, as Flux wants it. */
export const secretValues = ['--encrypted-regex', '^(data|stringData)$'];

export const manifest = `# the top
apiVersion: v1
kind: Secret
metadata:
  name: app
stringData:
  # of a
  a: ${canary}-a
  b: ${canary}-b
  c: ${canary}-c   # of c

  list:
    - ${canary}-1
    - ${canary}-2
  text: |
    ${canary} one
    two
    three
    four
`;

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly pid: number;
}

/** A repository in which the built sopskit is on PATH, and set up by `git install`, as a user has it. */
export class Scene extends TestRepository {
  readonly #variables: Record<string, string> = {};
  readonly #sops: string;

  constructor(sops: string, options: { readonly install?: boolean } = {}) {
    super({ git: false });
    this.#sops = sops;
    this.git('init', '-q');
    const folder = path.join(this.home, 'bin');
    mkdirSync(folder);
    this.script(path.join(folder, 'sopskit'), `exec '${process.execPath}' '${bin}' "$@"`);
    if (options.install !== false) {
      this.ok(this.sopskit('git', 'install', '--no-hook'));
      this.commit('set up');
    }
  }

  override get env(): Record<string, string> {
    const PATH = `${path.join(this.home, 'bin')}:${process.env['PATH'] ?? ''}`;
    return {
      ...super.env,
      PATH,
      SOPS_AGE_KEY: testKey.identity,
      SOPSKIT_CODE_CACHE: '0',
      ...this.#variables,
    };
  }

  /** Sets a variable for all that is run from now on. */
  set(name: string, value: string): void {
    this.#variables[name] = value;
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  read(name: string): string {
    return readFileSync(this.file(name), 'utf8');
  }

  run(program: string, args: readonly string[], cwd = this.folder): Ended {
    return text(spawnSync(program, args, { cwd, env: this.env, input: '' }));
  }

  /** Runs git and returns how it ended: a conflict is no failure of the test. */
  try(...args: readonly string[]): Ended {
    return this.run('git', args);
  }

  sopskit(...args: readonly string[]): Ended {
    return this.run('sopskit', args);
  }

  ok(ended: Ended): string {
    if (ended.status !== 0) throw new Error(`status ${ended.status}: ${ended.stderr}${ended.stdout}`);
    return ended.stdout;
  }

  /** Decrypts with the real sops, which checks the MAC. */
  open(name: string, cwd = this.folder): string {
    return this.ok(this.run(this.#sops, ['decrypt', name], cwd));
  }

  /** Encrypts a file in place; `args` are those of `encrypt`. */
  seal(name: string, content: string, ...args: readonly string[]): void {
    this.write(name, content);
    const recipients = args.includes('--age') ? [] : ['--age', testKey.recipient];
    this.ok(this.sopskit('encrypt', '-i', ...recipients, ...args, name));
  }

  /** Sets a value at a path of keys joined by dots. */
  value(name: string, key: string, value: string): void {
    const at = key
      .split('.')
      .map((step) => `[${JSON.stringify(step)}]`)
      .join('');
    this.ok(this.sopskit('set', name, at, JSON.stringify(value)));
  }

  /** Changes two branches, `topic` and `main`, and stays on `main`. */
  fork(theirs: (scene: Scene) => void, ours: (scene: Scene) => void): void {
    this.git('switch', '-q', '-c', 'topic');
    theirs(this);
    this.commit('theirs');
    this.git('switch', '-q', 'main');
    ours(this);
    this.commit('ours');
  }

  /** Makes an editor that changes the file by a shell command with its path in `$1`. */
  editor(command: string): void {
    const file = path.join(this.home, 'bin', 'editor');
    this.script(file, command);
    this.set('EDITOR', file);
  }

  script(file: string, command: string): void {
    writeFileSync(file, `#!/bin/sh\n${command}\n`);
    chmodSync(file, 0o755);
  }

  start(program: string, args: readonly string[]): ReturnType<typeof spawn> {
    return spawn(program, args, { cwd: this.folder, env: this.env, stdio: 'ignore', detached: true });
  }

  /** Where a value lies readable: in git's objects, in other files of git, in the working tree but for `except`. */
  leaks(except: readonly string[] = []): string[] {
    const found: string[] = [];
    const objects = spawnSync('git', ['cat-file', '--batch-all-objects', '--batch', '--buffer'], {
      cwd: this.folder,
      env: this.env,
      maxBuffer: 1e9,
    });
    if (objects.stdout.includes(canary)) found.push('an object');
    const { stdout } = this.run('grep', ['-rlaF', canary, '.']);
    found.push(...stdout.split('\n').filter((name) => name !== '' && !except.includes(name)));
    return found;
  }
}

function text({ status, stdout, stderr, pid }: SpawnSyncReturns<Buffer>): Ended {
  return { status, stdout: stdout.toString(), stderr: stderr.toString(), pid };
}

/** The private folders of a process that are still there, in memory and in the temporary folder. */
export function privateFolders(pid: number | undefined): string[] {
  return ['/dev/shm', tmpdir()]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))
    .filter((name) => path.basename(name).startsWith('sopskit-') && name.includes(`-${pid}-`));
}
