import fs from 'node:fs';
import { errnoOf } from './io-reason.ts';
import { rest } from './write-all.ts';

/** Reads an open descriptor to its end, also a terminal or a pipe that has nothing for the moment. */
export function readAll(descriptor: number): Uint8Array {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.allocUnsafeSlow(64 * 1024);
    const length = readSome(descriptor, chunk);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, length));
  }
}

function readSome(descriptor: number, chunk: Buffer): number {
  for (;;) {
    try {
      return fs.readSync(descriptor, chunk, 0, chunk.length, null);
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === 'EOF') return 0; // how Windows ends a pipe
      if (errno !== 'EAGAIN') throw error;
      rest(10);
    }
  }
}
