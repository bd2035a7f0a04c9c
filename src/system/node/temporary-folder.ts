import fs from 'node:fs';
import path from 'node:path';
import { pathName } from '../path-text.ts';

/**
 * The git folder of the working tree that a folder lies in, where a file can be renamed from it into the tree; else
 * `null`. A temporary file there is out of git's sight: killed at the wrong moment, `decrypt --in-place` would otherwise
 * leave plaintext for the next `git add`.
 */
export function gitFolderFor(folder: string): string | null {
  try {
    const { dev } = fs.statSync(pathName(folder));
    for (let at = folder; ; at = path.dirname(at)) {
      const inside = path.join(at, '.git');
      const status = fs.lstatSync(pathName(inside), { throwIfNoEntry: false });
      if (status !== undefined)
        return status.isDirectory() && status.dev === dev && isGit(inside) ? inside : null;
      if (at === path.dirname(at)) return null;
    }
  } catch {
    return null;
  }
}

function isGit(folder: string): boolean {
  return fs.lstatSync(pathName(path.join(folder, 'HEAD')), { throwIfNoEntry: false }) !== undefined;
}
