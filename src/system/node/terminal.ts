import fs from 'node:fs';
import type { ReadStream } from 'node:tty';
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
    write: (text) => writeAll(output, new TextEncoder().encode(text)),
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

function openInput(windows: boolean): ReadStream {
  const { ReadStream: TtyReadStream } = process.getBuiltinModule('node:tty');
  return new TtyReadStream(fs.openSync(windows ? '\\\\.\\CONIN$' : '/dev/tty', 'r+'));
}

function takeUntilDone(
  input: ReadStream,
  raw: boolean,
  take: (chunk: Uint8Array | null) => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      input.off('data', onData).off('end', onEnd).off('error', onEnd);
      input.pause();
      input.setRawMode(false);
      resolve();
    };
    const onData = (chunk: Uint8Array): void => {
      if (take(chunk)) done();
    };
    const onEnd = (): void => {
      take(null);
      done();
    };
    input.setRawMode(raw);
    input.on('data', onData).once('end', onEnd).once('error', onEnd);
    input.resume();
  });
}

function tryOpen(file: string, flags: string): number | null {
  try {
    return fs.openSync(file, flags);
  } catch {
    return null;
  }
}
