import { readSync } from 'node:fs';
import { SopskitError } from '../errors/sopskit-error.ts';
import { reasonOf } from '../system/node/io-reason.ts';
import { writeAll } from '../system/node/write-all.ts';
import type { System } from '../system/system.ts';
import { OutputClosed, type Terminal } from './terminal.ts';

/**
 * Returns the standard streams of this process. They are written through their descriptors: `process.stdout` costs
 * start-up time, and on a pipe it could lose what is still in its queue at exit.
 */
export function nodeTerminal({ env }: Pick<System, 'env'>): Terminal {
  const plain =
    (env.get('NO_COLOR') ?? '') !== '' || (env.get('CI') ?? '') !== '' || env.get('TERM') === 'dumb';
  return {
    get colours() {
      return { output: !plain && isTerminal(1), error: !plain && isTerminal(2) };
    },
    write(data) {
      try {
        writeAll(1, typeof data === 'string' ? new TextEncoder().encode(data) : data);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EPIPE') throw new OutputClosed();
        throw new SopskitError('output.unwritable', `cannot write the output: ${reasonOf(error)}`, {
          cause: error,
        });
      }
    },
    tell: (line) => writeToError(`${line}\n`),
    draw: writeToError,
    readLine,
    get inputIsTerminal() {
      return isTerminal(0);
    },
    get outputIsTerminal() {
      return isTerminal(1);
    },
  };
}

function writeToError(text: string): void {
  try {
    writeAll(2, new TextEncoder().encode(text));
  } catch {
    // nobody listens
  }
}

function isTerminal(descriptor: number): boolean {
  return process.getBuiltinModule('node:tty').isatty(descriptor);
}

/** Byte by byte: what follows the line belongs to the next reader. */
function readLine(): string | null {
  const byte = new Uint8Array(1);
  const line: number[] = [];
  while (readSync(0, byte, 0, 1, null) === 1) {
    if (byte[0] === 0x0a) return new TextDecoder().decode(Uint8Array.from(line));
    line.push(byte[0] ?? 0);
  }
  return line.length === 0 ? null : new TextDecoder().decode(Uint8Array.from(line));
}
