import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { main } from '../../../src/cli/main.ts';
import { createOperations } from '../../../src/cli/operations/create-operations.ts';
import type { Terminal } from '../../../src/cli/terminal.ts';
import type { System } from '../../../src/system/system.ts';
import { type Outcome, type TestWorld, testKey, testWorld } from '../../cli/world.ts';

export const rule = `creation_rules:\n  - encrypted_regex: ^(data|stringData)$\n    age: ${testKey.recipient}\n`;

/** A Secret with a value that must not be seen again. */
export function secret(value = 'canary'): string {
  return `apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\nstringData:\n  password: ${value}\n`;
}

/** One entry of the JSON report. */
export interface Entry {
  readonly path: string;
  readonly outcome: string;
  readonly reason?: string;
  readonly error?: { readonly code: string; readonly message: string; readonly line?: number };
  readonly keys?: readonly { readonly added: string[]; readonly removed: string[] }[];
  readonly warnings?: readonly string[];
}

export interface Report {
  readonly version: number;
  readonly command: string;
  readonly dryRun: boolean;
  readonly interrupted: boolean;
  readonly summary: Readonly<Record<string, number>> & { readonly reasons: Readonly<Record<string, number>> };
  readonly files: readonly Entry[];
}

/** A folder with a rule for all of it; commands run in this process, and in the folder. */
export class ManyFolder {
  readonly #world: TestWorld;
  readonly system: System;

  constructor(config = rule, variables: Readonly<Record<string, string>> = {}) {
    this.#world = testWorld(variables);
    const { folder, system } = this.#world;
    this.system = { ...system, files: { ...system.files, cwd: folder } };
    this.write('.sops.yaml', config);
  }

  path(name: string): string {
    return this.#world.path(name);
  }

  write(name: string, text: string, mode = 0o644): void {
    mkdirSync(path.dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
    chmodSync(this.path(name), mode);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  /** Runs a command line. With `answers` there is a terminal to ask on. */
  async run(argv: readonly string[], answers?: readonly string[]): Promise<Outcome> {
    const [notes, output]: [string[], Uint8Array[]] = [[], []];
    const left = [...(answers ?? [])];
    const terminal: Terminal = {
      colours: { output: false, error: false },
      write: (data) => void output.push(Buffer.from(data as Uint8Array)),
      tell: (line) => void notes.push(`${line}\n`),
      readLine: () => left.shift() ?? null,
      inputIsTerminal: answers !== undefined,
    };
    const system = { ...this.system, warn: (text: string) => void notes.push(`warning: ${text}\n`) };
    const status = await main(argv, { system, terminal, operations: async (of) => createOperations(of) });
    return { status, stdout: Buffer.concat(output).toString('utf8'), stderr: notes.join('') };
  }

  /** Runs a command line with `--json` and returns its report, files by path. */
  async report(
    argv: readonly string[],
  ): Promise<Report & { status: number; of(file: string): Entry | undefined }> {
    const { status, stdout } = await this.run([...argv, '--json']);
    const report = JSON.parse(stdout) as Report;
    return { ...report, status, of: (file) => report.files.find((entry) => entry.path === file) };
  }

  remove(): void {
    this.#world.remove();
  }
}
