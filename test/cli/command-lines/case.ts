import type { ErrorCode } from '../../../src/errors/codes.ts';

/** A command line (words split as in a shell) and what comes out: an error code, `help …`, `version`, or the request. */
export type Case = readonly [line: string, expected: ErrorCode | `help${string}` | 'version' | Expected];

/** The command's name (empty: the old form), and the fields of the request that matter. */
export interface Expected {
  readonly command: string;
  readonly request?: object | null;
  readonly remarks?: number;
}

/** A command and the fields of its request that matter. */
export function to(command: string, request: object | null = {}): Expected {
  return { command, request };
}
