import { type ChildProcess, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { testKey } from '../cli/world.ts';

/** The built command line. */
export const bin = fileURLToPath(new URL('../../bin/sopskit.js', import.meta.url));

export interface RunSettings {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  /** Runs it through this shell line, in which `"$@"` is the command. */
  readonly shell?: string;
  /** Runs it as a user who is not root. */
  readonly asNobody?: boolean;
}

/** A folder with a HOME, a TMPDIR and a working folder of its own, in which the built command line runs. */
export class Scene {
  readonly root: string;
  readonly cwd: string;
  readonly temporary: string;

  constructor() {
    this.root = fs.realpathSync(fs.mkdtempSync(path.join(tmpdir(), 'sopskit-faults-')));
    fs.chmodSync(this.root, 0o755);
    this.cwd = this.#folder('work');
    this.temporary = this.#folder('tmp');
    this.#folder('home');
    this.#folder('run');
    fs.chmodSync(path.join(this.root, 'tmp'), 0o777);
  }

  #folder(name: string): string {
    fs.mkdirSync(path.join(this.root, name));
    return path.join(this.root, name);
  }

  env(more: RunSettings['env'] = {}): Record<string, string> {
    const all = {
      PATH: process.env['PATH'],
      HOME: path.join(this.root, 'home'),
      TMPDIR: this.temporary,
      XDG_RUNTIME_DIR: path.join(this.root, 'run'),
      SOPS_AGE_KEY: testKey.identity,
      EDITOR: 'false',
      ...more,
    };
    return Object.fromEntries(
      Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  }

  run(argv: readonly string[], settings: RunSettings = {}): SpawnSyncReturns<Buffer> {
    const [program, args] = this.#commandLine(argv, settings);
    return spawnSync(program, args, {
      cwd: settings.cwd ?? this.cwd,
      env: this.env(settings.env),
      input: settings.input ?? '',
      timeout: 60_000,
      maxBuffer: 1 << 28,
      ...(settings.asNobody === true ? nobody() : {}),
    });
  }

  /** Starts it without waiting, and without a terminal. */
  start(argv: readonly string[], settings: RunSettings = {}): ChildProcess {
    const [program, args] = this.#commandLine(argv, settings);
    const options = { cwd: settings.cwd ?? this.cwd, env: this.env(settings.env), detached: true } as const;
    return spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  #commandLine(argv: readonly string[], { shell }: RunSettings): [string, string[]] {
    const own = [bin, ...argv];
    if (shell === undefined) return [process.execPath, own];
    return ['/bin/sh', ['-c', shell, 'sh', process.execPath, ...own]];
  }

  path(name: string): string {
    return path.join(this.cwd, name);
  }

  write(name: string, content: string | Uint8Array, mode = 0o644): string {
    const file = path.join(this.cwd, name);
    fs.writeFileSync(file, content);
    fs.chmodSync(file, mode);
    return file;
  }

  read(name: string): Buffer {
    return fs.readFileSync(path.join(this.cwd, name));
  }

  /** Writes a shell script that can be the editor; `$1` is the file. */
  editor(body: string): string {
    return this.write('editor.sh', `#!/bin/sh\n${body}\n`, 0o755);
  }

  /** Every file below the folder, as paths from its root; but not what gpg makes, and not our compiled code. */
  files(): string[] {
    const entries = fs.readdirSync(this.root, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => path.relative(this.root, path.join(entry.parentPath, entry.name)))
      .filter((file) => !/^home\/\.(cache\/sopskit|gnupg)\//.test(file))
      .sort();
  }

  remove(): void {
    fs.rmSync(this.root, { recursive: true, force: true });
  }
}

/** Root may do everything: what it may not is tried as somebody else. */
function nobody(): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
}

/** The private folders in memory that a process of this pid has (or left). */
export function privateFolders(pid: number | undefined, scene: Scene): string[] {
  const places = ['/dev/shm', path.join(scene.root, 'run'), scene.temporary];
  return places.flatMap((place) => {
    if (!fs.existsSync(place)) return [];
    const own = fs
      .readdirSync(place)
      .filter((entry) => entry.startsWith('sopskit-') && entry.includes(`-${pid}-`));
    return own.map((entry) => path.join(place, entry));
  });
}
