import type { ErrorCode } from '../errors/codes.ts';
import type { System } from '../system/system.ts';
import type { Operations } from './operations.ts';
import type { Terminal } from './terminal.ts';
import type { Values } from './values.ts';

/** One flag, as data: the grammar, the help and the completion scripts are made from it. */
export interface Flag {
  /** The long name, without dashes. */
  readonly name: string;
  /** Other names: one letter for the short form, more for a long one. */
  readonly aliases?: readonly string[];
  /** `list` may be given more than once; every other kind keeps the last value. */
  readonly kind: 'bool' | 'text' | 'int' | 'list';
  /** Environment variable read when the flag is not given. */
  readonly env?: string;
  /** Default of a `bool` (absent: false) or a `text` (absent: none). */
  readonly fallback?: boolean | string;
  /** What the value is, in capitals, for the help. */
  readonly value?: string;
  /** One sentence, without a full stop. */
  readonly help: string;
  /** What a shell offers for the value. Absent: nothing. */
  readonly completes?: 'file' | readonly string[];
  /** Whether sops has no such flag on this command. */
  readonly beyond?: true;
  /** Parsed, but left out of help and completion. */
  readonly hidden?: true;
}

/** What the grammar hands to a command's `parse`. */
export interface Input {
  readonly values: Values;
  /** Positional arguments, in order. */
  readonly args: readonly string[];
  /** How many of `args` stood before a `--`; `null` when there was none. */
  readonly beforeDashes: number | null;
  /** Leaves a remark that is shown on standard error before the command runs. */
  note(remark: string): void;
}

/** What a command may use while it runs. */
export interface CommandContext {
  readonly system: System;
  readonly terminal: Terminal;
  /** Loads the work on SOPS files; called once, and only by commands that need it. */
  operations(): Promise<Operations>;
  /** What a worker thread begins with; `null` or absent: all work is done in this one. */
  readonly workerFile?: string | null;
}

/** Exit statuses that differ from the table in `errors/codes.ts` for one command. */
export interface Statuses {
  readonly of?: Readonly<Partial<Record<ErrorCode, number>>>;
  /** Status of every code that `of` does not name. */
  readonly otherwise?: number;
}

/** A command: data, and two functions. `parse` touches nothing outside; `run` knows no argv. */
export interface Command<Request = unknown> {
  /** As typed: `decrypt`, `groups add`. */
  readonly name: string;
  /** Heading under which `--help` lists it. */
  readonly group: 'files' | 'keys' | 'programs' | 'services' | 'shell' | 'repository' | 'flux';
  /** One line, lower case, without a full stop. */
  readonly summary: string;
  /** The positional arguments, as the usage line shows them. */
  readonly usage: string;
  /** Paragraphs below the usage line. */
  readonly about?: readonly string[];
  readonly examples: readonly Example[];
  readonly flags: readonly Flag[];
  /** What a shell offers for the positional arguments. Absent: files. */
  readonly completes?: 'file' | 'none';
  readonly statuses?: Statuses;
  /** Status for a command line that cannot be read, where 1 has a meaning of its own. Absent: that of the error's code. */
  readonly usageStatus?: number;
  /** Instead of `statuses`, where they depend on what is asked for. */
  statusesFor?(request: Request): Statuses;
  /** Whether sops has no such command. */
  readonly beyond?: true;
  /** Throws `usage.*` errors. */
  parse(input: Input): Request;
  /** Returns the exit status. */
  run(request: Request, context: CommandContext): Promise<number>;
}

export interface Example {
  readonly line: string;
  readonly says: string;
}
