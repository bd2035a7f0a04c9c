import fs from 'node:fs';
import type { ReadStream } from 'node:tty';
import { leaveClosedTerminal } from './closed-terminal.ts';
import { errnoOf } from './io-reason.ts';
import { writeAll } from './write-all.ts';

/** The user's terminal, open: independent of what standard input and output are connected to. */
export interface Terminal {
  write(text: string): void;
  /** Calls `take` with what is typed until it returns `true`. Raw: keys arrive one by one and are not echoed. */
  read(raw: boolean, take: (chunk: Uint8Array | null) => boolean): Promise<void>;
  /** Gives the terminal back as it was. Harmless when done twice. */
  close(): void;
}

/** Opens the terminal of this process, or returns `null` where there is none. */
export function openTerminal(): Terminal | null {
  const windows = process.platform === 'win32';
  const output = tryOpen(windows ? '\\\\.\\CONOUT$' : '/dev/tty', 'r+');
  if (output === null) return null;
  let input: ReadStream | null = null;
  let closed = false;
  return {
    write: (text) => writeIfThere(output, text),
    read(raw, take) {
      input ??= openInput(windows);
      return takeUntilDone(input, raw, take);
    },
    close() {
      if (closed) return;
      closed = true;
      input?.setRawMode(false);
      input?.destroy();
      fs.closeSync(output);
    },
  };
}

/** A terminal that was closed says so by an error at every turn, also when it is to be given back as it was. */
function openInput(windows: boolean): ReadStream {
  const { ReadStream: TtyReadStream } = process.getBuiltinModule('node:tty');
  const input = new TtyReadStream(fs.openSync(windows ? '\\\\.\\CONIN$' : '/dev/tty', 'r+'));
  return input.on('error', leaveClosedTerminal).on('end', leaveClosedTerminal);
}

/** Nobody sees what is written to a closed terminal; reading from it ends the question. */
function writeIfThere(output: number, text: string): void {
  try {
    writeAll(output, new TextEncoder().encode(text));
  } catch (error) {
    if (errnoOf(error) !== 'EIO') throw error;
    leaveClosedTerminal();
  }
}

function takeUntilDone(
  input: ReadStream,
  raw: boolean,
  take: (chunk: Uint8Array | null) => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    let isDone = false;
    const done = (): void => {
      if (isDone) return;
      isDone = true;
      input.off('data', onData).off('end', onEnd).off('error', onEnd);
      input.pause();
      input.setRawMode(false);
      resolve();
    };
    const onData = (chunk: Uint8Array): void => {
      if (take(chunk)) done();
    };
    const onEnd = (): void => {
      if (!isDone) take(null);
      done();
    };
    input.on('data', onData).once('end', onEnd).once('error', onEnd);
    input.setRawMode(raw);
    if (!isDone) input.resume();
  });
}

function tryOpen(file: string, flags: string): number | null {
  try {
    return fs.openSync(file, flags);
  } catch {
    return null;
  }
}
