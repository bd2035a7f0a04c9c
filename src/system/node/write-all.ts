import fs from 'node:fs';
import { errnoOf } from './io-reason.ts';

/** One write call takes less than 2 GiB; smaller steps keep the kernel's copy small too. */
const step = 64 * 1024 * 1024;

/** Writes all of `bytes` to an open descriptor, over short writes and a pipe that is full for the moment. */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += fs.writeSync(descriptor, bytes, offset, Math.min(step, bytes.length - offset));
    } catch (error) {
      if (errnoOf(error) !== 'EAGAIN') throw error;
      rest(5);
    }
  }
}

/** Blocks for some milliseconds. */
export function rest(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
