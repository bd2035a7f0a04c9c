import type { Secret } from '../secret/secret.ts';

export interface RunOptions {
  /** Standard input; none means an empty one. A Secret is never copied into a string. */
  readonly input?: Uint8Array | Secret;
  /** Variables set on top of the current environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether `env` is the whole environment: nothing of the current one is passed on. */
  readonly pristine?: boolean;
  readonly cwd?: string;
  /** Whether standard error is the user's own, and so empty in the result: of a program that says there what to do. */
  readonly errorsShown?: boolean;
  /** Whether standard input is the user's own terminal, where there is one, instead of `input`: of a program that asks. */
  readonly inputShared?: boolean;
  /**
   * Ends the program, and what it started, when it fires; the result then has a signal. With it the program ends also
   * with this process, however that ends (SIGKILL excepted). Only `run` heeds it.
   */
  readonly signal?: AbortSignal;
}

export interface RunResult {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/** A running program spoken to line by line, e.g. an age plugin. */
export interface Conversation {
  write(bytes: Uint8Array): void;
  /** Resolves with the next chunk of standard output, or `null` at its end. */
  read(): Promise<Uint8Array | null>;
  /** Closes standard input and resolves when the program has ended. */
  close(): Promise<RunResult>;
  kill(): void;
}

export interface Processes {
  /** Whether standard input is a terminal. Absent: it is not. */
  readonly onTerminal?: boolean;
  /** Returns the absolute path of a program found on PATH, or `null`. */
  find(program: string): string | null;
  /** Runs a program without a shell, collecting its output. Throws `process.missing` when there is no such program. */
  run(program: string, args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Starts a program and talks to it over its standard input and output. */
  converse(program: string, args: readonly string[], options?: RunOptions): Conversation;
  /** Runs a program on the user's terminal (an editor): standard input, output and error are the user's. */
  attach(
    program: string,
    args: readonly string[],
    options?: RunOptions,
  ): Promise<{ status: number | null; signal: string | null }>;
  /**
   * Starts a program that may outlive this process, without input and output. Throws like `run` when it cannot start;
   * `ended` resolves when it has ended, and does not keep this process alive.
   */
  detach(
    program: string,
    args: readonly string[],
    options?: RunOptions,
  ): Promise<{ readonly ended: Promise<void> }>;
}
