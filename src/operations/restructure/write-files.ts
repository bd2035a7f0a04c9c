import path from 'node:path';
import type { System } from '../../system/system.ts';

/**
 * Writes files into a working tree, from its top; `null` removes one, and the folders that it leaves empty, as git does.
 * Throws `file.unwritable`.
 */
export function writeFiles(
  { files }: System,
  top: string,
  edits: ReadonlyMap<string, Uint8Array | null>,
): void {
  for (const [file, content] of edits) {
    if (content === null) continue;
    const folder = path.dirname(path.join(top, file));
    if (files.status(folder) === null) files.makeFolder(folder, 0o755);
    files.replace(path.join(top, file), content);
  }
  for (const [file, content] of edits) {
    if (content !== null) continue;
    files.remove(path.join(top, file));
    for (let folder = path.dirname(file); folder !== '.'; folder = path.dirname(folder)) {
      if (files.list(path.join(top, folder))?.length !== 0) break;
      files.removeEmptyFolder?.(path.join(top, folder));
    }
  }
}
