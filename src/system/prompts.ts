import type { Secret } from '../secret/secret.ts';

/** Questions to the user, asked on the terminal itself, never on standard input or output. */
export interface Prompts {
  /** Whether there is a terminal to ask on. */
  readonly available: boolean;
  /** Asks without echo. Throws `prompt.unavailable` where there is no terminal; `hint` says what to set instead. */
  secret(question: string, hint: string): Promise<Secret>;
  /** Asks with echo. */
  text(question: string, hint: string): Promise<string>;
  /** Asks for one of `choices`; returns its index. */
  choose(question: string, choices: readonly string[], hint: string): Promise<number>;
  /** Shows a message on the terminal; does nothing where there is none. */
  tell(message: string): void;
}
