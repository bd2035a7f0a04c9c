/** Where a command's output goes: data to standard output, everything else to standard error. */
export interface Terminal {
  /** Whether colour is wanted on standard output and error: a terminal, and neither NO_COLOR nor CI against it. */
  readonly colours: { readonly output: boolean; readonly error: boolean };
  /** Writes all of `data` to standard output before it returns. Throws `OutputClosed` when nobody reads any more. */
  write(data: Uint8Array | string): void;
  /** Writes one line to standard error. Never fails. */
  tell(line: string): void;
  /** Writes to standard error as it is: a line that is drawn over itself. Never fails. Absent: nothing is drawn. */
  draw?(text: string): void;
  /** Reads one line from standard input, without its end; `null` when there is no more. Blocks. */
  readLine(): string | null;
  /** Whether standard input is a terminal, where a secret would be seen while it is typed. Absent: it is not. */
  readonly inputIsTerminal?: boolean;
  /** Whether standard output is a terminal, where a secret would be seen. Absent: it is not. */
  readonly outputIsTerminal?: boolean;
}

/** Thrown when the reader of standard output has gone (`sopskit decrypt f | head`): no failure, and no message. */
export class OutputClosed extends Error {}
