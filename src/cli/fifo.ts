import fs from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Writes into a FIFO once a program reads from it, for the first reader only. Stops when `signal` is aborted.
 *
 * A blocking open would hold a thread that cannot be stopped; so it is tried again and again without blocking.
 */
export async function feedFifo(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  const descriptor = await openForReader(path, signal);
  if (descriptor === null) return;
  try {
    await writeWhileRead(descriptor, bytes, signal);
  } finally {
    fs.closeSync(descriptor);
  }
}

async function openForReader(path: string, signal: AbortSignal): Promise<number | null> {
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      return fs.openSync(path, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return null; // the program removed it
      if (!hasCode(error, 'ENXIO')) throw error;
    }
    await wait(tries < 100 ? 2 : 20);
  }
  return null;
}

/** A reader that goes away early has what it wants. */
async function writeWhileRead(descriptor: number, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  for (let offset = 0; offset < bytes.length && !signal.aborted; ) {
    try {
      offset += fs.writeSync(descriptor, bytes, offset);
    } catch (error) {
      if (hasCode(error, 'EPIPE')) return;
      if (!hasCode(error, 'EAGAIN')) throw error;
      await wait(2);
    }
  }
}

function hasCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}
