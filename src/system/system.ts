import type { Environment } from './environment.ts';
import type { Files } from './files.ts';
import type { Processes } from './processes.ts';
import type { Prompts } from './prompts.ts';

/** What `process.platform` says; written out, so that the library's types need no others. */
export type Platform =
  | 'aix'
  | 'android'
  | 'cygwin'
  | 'darwin'
  | 'freebsd'
  | 'haiku'
  | 'linux'
  | 'netbsd'
  | 'openbsd'
  | 'sunos'
  | 'win32';

/** The outside world, as an argument. `system/node/` has the one real implementation. */
export interface System {
  readonly platform: Platform;
  readonly env: Environment;
  readonly files: Files;
  readonly processes: Processes;
  readonly prompts: Prompts;
  /**
   * Has `receive` called at SIGINT, SIGTERM, SIGHUP or SIGQUIT instead of ending this process, until the result is
   * called. Absent: such a signal ends it.
   */
  divertSignals?(receive: () => void): () => void;
  /** Returns the current time. */
  now(): Date;
  /** Returns `length` cryptographically random bytes. */
  randomBytes(length: number): Uint8Array;
  /** Tells the user something that does not stop the work. Never a secret. */
  warn(message: string): void;
}
