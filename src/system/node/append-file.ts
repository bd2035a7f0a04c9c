import fs from 'node:fs';
import path from 'node:path';
import { pathName } from '../path-text.ts';
import { errnoOf } from './io-reason.ts';
import { syncFolder } from './replace-file.ts';
import { writeAll } from './write-all.ts';

/**
 * Makes a file that is not there; returns false where the name is taken, by a dangling link too. Killed at the wrong
 * moment it leaves an empty file. Throws the operating system's errors; nothing is left then.
 */
export function createFile(file: string, bytes: Uint8Array, mode: number): boolean {
  const descriptor = openNew(file, mode);
  if (descriptor === null) return false;
  try {
    writeAll(descriptor, bytes);
    fs.fsyncSync(descriptor);
  } catch (error) {
    fs.rmSync(pathName(file), { force: true });
    throw error;
  } finally {
    fs.closeSync(descriptor);
  }
  syncFolder(path.dirname(file));
  return true;
}

/**
 * Adds to the end of a file that is there. The system puts each write behind the others, so that processes that add at
 * the same time all keep what they wrote. What does not fit whole is taken back. Throws the operating system's errors.
 */
export function appendToFile(file: string, bytes: Uint8Array): void {
  const descriptor = fs.openSync(pathName(file), fs.constants.O_WRONLY | fs.constants.O_APPEND);
  let written = 0;
  try {
    written = fs.writeSync(descriptor, bytes);
    if (written < bytes.length) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    fs.fsyncSync(descriptor);
  } catch (error) {
    takeBack(descriptor, file, bytes.subarray(0, written));
    throw error;
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Removes what was written in part, where nothing has been written behind it. */
function takeBack(descriptor: number, file: string, part: Uint8Array): void {
  if (part.length === 0) return;
  const content = fs.readFileSync(pathName(file));
  const kept = content.length - part.length;
  if (content.subarray(kept).equals(part)) fs.ftruncateSync(descriptor, kept);
  content.fill(0);
}

/** For appending: another process may add its own before this one has written. */
function openNew(file: string, mode: number): number | null {
  try {
    return fs.openSync(pathName(file), 'ax', mode);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return null;
    throw error;
  }
}
