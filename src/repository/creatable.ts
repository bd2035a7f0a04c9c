import path from 'node:path';
import type { System } from '../system/system.ts';

/** Throws `file.unwritable` where a file, or the folders above it that are missing, could not be made. */
export function checkCreatable({ files }: System, file: string): void {
  let folder = path.dirname(file);
  while (files.status(folder) === null && path.dirname(folder) !== folder) folder = path.dirname(folder);
  files.checkReplaceable(path.join(folder, folder === path.dirname(file) ? path.basename(file) : '.sopskit'));
}
