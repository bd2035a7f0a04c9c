import fs from 'node:fs';
import path from 'node:path';
import { pathName } from '../path-text.ts';
import { errnoOf } from './io-reason.ts';

/**
 * Makes a folder and those above it that are missing. Node's own `recursive` never ends where a file system says of a
 * folder that is there that nothing can be made in it because it is not there, as `/proc` does.
 */
export function makeFolder(folder: string, mode: number): void {
  const missing: string[] = [];
  for (let at = path.resolve(folder); !isFolder(at); at = path.dirname(at)) {
    missing.unshift(at);
    if (path.dirname(at) === at) break; // a drive that is not there
  }
  for (const one of missing) makeOne(one, mode);
}

function makeOne(folder: string, mode: number): void {
  try {
    fs.mkdirSync(pathName(folder), { mode });
  } catch (error) {
    // another process may have made it meanwhile
    if (errnoOf(error) !== 'EEXIST' || !isFolder(folder)) throw error;
  }
}

/** Throws for a file in the place of a folder. */
function isFolder(folder: string): boolean {
  const status = fs.statSync(pathName(folder), { throwIfNoEntry: false });
  if (status === undefined || status.isDirectory()) return status !== undefined;
  throw Object.assign(new Error('not a directory'), { code: 'ENOTDIR' });
}
