import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../src/cli/main.ts';
import { createOperations } from '../../src/cli/operations/create-operations.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import type { Environment } from '../../src/system/environment.ts';
import { nodeSystem } from '../../src/system/node/node-system.ts';
import type { System } from '../../src/system/system.ts';

/** A test key: it opens nothing but what these tests encrypt. */
export const testKey = {
  recipient: 'age128tmndjpx0uws2ktekzzft6kt3jegrcht9rsst48h8239wzcfyaspg4l9y',
  identity: 'AGE-SECRET-KEY-1RFLT7CX7D6GU7FXHDLC827AYU896NDSDR85JM7JKXGJCWPJL4F9QTC8V6L',
};

/** The command line in this process: the real system, a folder of its own, and what went to the standard streams. */
export interface TestWorld {
  readonly folder: string;
  readonly system: System;
  /** Returns the path of a file in the folder. */
  path(name: string): string;
  /** Runs a command line. `input` are the lines that standard input has for questions. */
  run(argv: readonly string[], input?: readonly string[]): Promise<Outcome>;
  remove(): void;
}

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `variables` are laid over the environment of the tests. */
export function testWorld(variables: Readonly<Record<string, string>> = {}): TestWorld {
  const folder = mkdtempSync(join(tmpdir(), 'sopskit-cli-'));
  const real = nodeSystem();
  const notes: string[] = [];
  const env = overlay(real.env, { SOPS_AGE_KEY: testKey.identity, ...variables });
  const system: System = { ...real, env, warn: (message) => notes.push(`warning: ${message}\n`) };
  return {
    folder,
    system,
    path: (name) => join(folder, name),
    async run(argv, input = []) {
      notes.length = 0;
      const output: Uint8Array[] = [];
      const terminal = record(output, notes, [...input]);
      const status = await main(argv, { system, terminal, operations: async (of) => createOperations(of) });
      return { status, stdout: Buffer.concat(output).toString('utf8'), stderr: notes.join('') };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function overlay(real: Environment, variables: Readonly<Record<string, string>>): Environment {
  return {
    get: (name) => variables[name] ?? real.get(name),
    all: () => ({ ...real.all(), ...variables }),
  };
}

function record(output: Uint8Array[], notes: string[], input: string[]): Terminal {
  return {
    colours: { output: false, error: false },
    write: (data) => void output.push(typeof data === 'string' ? Buffer.from(data) : Uint8Array.from(data)),
    tell: (line) => void notes.push(`${line}\n`),
    readLine: () => input.shift() ?? null,
  };
}
