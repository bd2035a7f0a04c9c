import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { main } from '../../src/cli/main.ts';
import { createOperations } from '../../src/cli/operations/create-operations.ts';
import { SopskitError } from '../../src/errors/sopskit-error.ts';
import { Secret } from '../../src/secret/secret.ts';
import { nodeSystem } from '../../src/system/node/node-system.ts';
import type { Prompts } from '../../src/system/prompts.ts';
import type { System } from '../../src/system/system.ts';
import { testKey } from './world.ts';

export interface SecretOutcome {
  readonly status: number;
  readonly stdout: Buffer;
  /** Messages and warnings, in order. */
  readonly stderr: string;
  /** What was asked on the terminal. */
  readonly questions: readonly string[];
}

export interface RunInput {
  readonly stdin?: string | Uint8Array;
  /** Standard input is the terminal. */
  readonly typed?: boolean;
  /** Answers on the terminal, in order; absent: there is none. */
  readonly answers?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The command line in this process, in a folder and with a HOME of its own, with standard input and a terminal. */
export class SecretWorld {
  readonly root: string;
  readonly folder: string;
  readonly home: string;

  /** With the test key, and a rule for all files unless `config` says otherwise (`null`: no `.sops.yaml`). */
  constructor(config: string | null = kubernetesRule) {
    this.root = realpathSync(mkdtempSync(join(tmpdir(), 'sopskit-secret-')));
    this.folder = join(this.root, 'work');
    this.home = join(this.root, 'home');
    mkdirSync(this.folder);
    mkdirSync(this.home);
    if (config !== null) this.write('.sops.yaml', config);
  }

  async run(argv: readonly string[], input: RunInput = {}): Promise<SecretOutcome> {
    const output: Uint8Array[] = [];
    const notes: string[] = [];
    const questions: string[] = [];
    const system = this.#system(input, notes, questions);
    const terminal = {
      colours: { output: false, error: false },
      write: (data: string | Uint8Array) => void output.push(Buffer.from(data as Uint8Array)),
      tell: (line: string) => void notes.push(line),
      readLine: () => null,
      inputIsTerminal: input.typed === true,
    };
    const status = await main(argv, { system, terminal, operations: async (of) => createOperations(of) });
    return { status, stdout: Buffer.concat(output), stderr: notes.join('\n'), questions };
  }

  /** Runs a command that must succeed. */
  async ok(argv: readonly string[], input: RunInput = {}): Promise<SecretOutcome> {
    const outcome = await this.run(argv, input);
    if (outcome.status !== 0) throw new Error(`${argv.join(' ')}: ${outcome.status}\n${outcome.stderr}`);
    return outcome;
  }

  /** Decrypts a file. */
  async plain(name: string): Promise<string> {
    return (await this.ok(['decrypt', join(this.folder, name)])).stdout.toString();
  }

  #system(input: RunInput, notes: string[], questions: string[]): System {
    const real = nodeSystem();
    const variables: Readonly<Record<string, string>> = {
      PATH: process.env['PATH'] ?? '',
      HOME: this.home,
      SOPS_AGE_KEY: testKey.identity,
      ...(this.has('.sops.yaml') ? { SOPS_CONFIG: join(this.folder, '.sops.yaml') } : {}),
      ...input.env,
    };
    return {
      ...real,
      env: { get: (name) => variables[name], all: () => variables },
      files: {
        ...real.files,
        cwd: this.folder,
        home: this.home,
        readStdin: () => Uint8Array.from(Buffer.from(input.stdin ?? '')),
      },
      prompts: answering(input.answers, questions),
      warn: (message) => void notes.push(`warning: ${message}`),
    };
  }

  write(name: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true });
    writeFileSync(join(this.folder, name), content);
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  has(name: string): boolean {
    return this.files().includes(name);
  }

  files(): string[] {
    return readdirSync(this.folder, { recursive: true }).map(String).sort();
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** As `init` writes it. */
export const kubernetesRule = `creation_rules:\n  - path_regex: \\.ya?ml$|\\.json$\n    encrypted_regex: ^(data|stringData)$\n    age: ${testKey.recipient}\n`;

function answering(answers: readonly string[] | undefined, questions: string[]): Prompts {
  const left = [...(answers ?? [])];
  const next = (question: string, hint: string): string => {
    questions.push(question);
    const answer = left.shift();
    if (answer === undefined)
      throw new SopskitError('prompt.unavailable', `cannot ask "${question}"`, { hint });
    return answer;
  };
  return {
    available: answers !== undefined,
    secret: async (question, hint) => Secret.fromText(next(question, hint)),
    text: async (question, hint) => next(question, hint),
    choose: async (question, choices, hint) => choices.indexOf(next(question, hint)),
    tell: () => undefined,
  };
}
