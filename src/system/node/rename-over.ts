import fs from 'node:fs';
import { pathName } from '../path-text.ts';
import { errnoOf } from './io-reason.ts';
import { rest } from './write-all.ts';

/** How long to wait between tries: a second in all. */
const waits = [10, 20, 50, 100, 200, 300, 320];

/**
 * Renames a file over another. On Windows that fails while somebody has either file open, which virus scanners and file
 * indexers do for a moment with every new file: there it is tried again for a second. Throws the system's error.
 */
export function renameOver(
  from: string,
  to: string,
  platform: NodeJS.Platform = process.platform,
  rename: (from: string | Buffer, to: string | Buffer) => void = fs.renameSync,
): void {
  const left = platform === 'win32' ? [...waits] : [];
  for (;;) {
    try {
      rename(pathName(from), pathName(to));
      return;
    } catch (error) {
      const wait = left.shift();
      if (wait === undefined || !['EPERM', 'EACCES', 'EBUSY'].includes(errnoOf(error))) throw error;
      rest(wait);
    }
  }
}
