import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { main } from '../../src/cli/main.ts';
import { createOperations } from '../../src/cli/operations/create-operations.ts';
import { nodeProcesses } from '../../src/system/node/node-processes.ts';
import { nodeSystem } from '../../src/system/node/node-system.ts';
import { nodeTermination } from '../../src/system/node/termination.ts';
import type { System } from '../../src/system/system.ts';

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line on the real disk, with a home and an environment of its own: no key of this machine is seen. */
export class KeysWorld {
  readonly folder: string;
  readonly home: string;
  readonly #base: string;

  constructor() {
    this.#base = mkdtempSync(path.join(tmpdir(), 'sopskit-keys-'));
    this.folder = path.join(this.#base, 'work');
    this.home = path.join(this.#base, 'home');
    mkdirSync(this.folder);
    mkdirSync(this.home);
  }

  get defaultKeyFile(): string {
    return path.join(this.home, '.config/sops/age/keys.txt');
  }

  /** Writes a file: below the work folder, or where an absolute path says. Returns its path. */
  write(name: string, content: string | Uint8Array, mode = 0o600): string {
    const full = path.resolve(this.folder, name);
    mkdirSync(path.dirname(full), { recursive: true, mode: 0o700 });
    writeFileSync(full, content, { mode });
    return full;
  }

  /** A system with these variables and no others; no program but those on `PATH`, which is empty unless given. */
  system(variables: Readonly<Record<string, string>> = {}): System {
    const real = nodeSystem();
    const all = { PATH: '', HOME: this.home, ...variables };
    const env = { get: (name: string) => (all as Record<string, string>)[name], all: () => all };
    const files = { ...real.files, cwd: this.folder, home: this.home };
    return { ...real, env, files, processes: nodeProcesses(env, nodeTermination()) };
  }

  async run(argv: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    const output: Uint8Array[] = [];
    const told: string[] = [];
    const system = {
      ...this.system(variables),
      warn: (text: string) => void told.push(`warning: ${text}\n`),
    };
    const status = await main(argv, {
      system,
      terminal: {
        colours: { output: false, error: false },
        write: (data) => void output.push(Buffer.from(data)),
        tell: (line) => void told.push(`${line}\n`),
        readLine: () => null,
      },
      operations: async (of) => createOperations(of),
    });
    return { status, stdout: Buffer.concat(output).toString(), stderr: told.join('') };
  }

  remove(): void {
    rmSync(this.#base, { recursive: true, force: true });
  }
}
