import fs from 'node:fs';
import path from 'node:path';
import { pathName } from '../path-text.ts';
import type { OwnedName } from './owned-name.ts';
import { isLeftBehind } from './owned-name.ts';

/**
 * Removes what processes that have ended left in a folder: entries whose name `read` recognises, that are of the given
 * kind and belong to this user. Never fails: sweeping is not what the user asked for.
 */
export function sweep(
  folder: string,
  kind: 'file' | 'directory',
  read: (entry: string) => OwnedName | null,
): void {
  let entries: string[];
  try {
    entries = fs.readdirSync(pathName(folder));
  } catch {
    return;
  }
  for (const entry of entries) {
    const name = read(entry);
    if (name !== null) removeIfLeftBehind(path.join(folder, entry), kind, name);
  }
}

function removeIfLeftBehind(file: string, kind: 'file' | 'directory', name: OwnedName): void {
  try {
    const status = fs.lstatSync(pathName(file));
    if (kind === 'file' ? !status.isFile() : !status.isDirectory()) return;
    const user = process.getuid?.();
    if (user !== undefined && user !== 0 && status.uid !== user) return;
    if (isLeftBehind(name, status.mtimeMs))
      fs.rmSync(pathName(file), { recursive: kind === 'directory', force: true });
  } catch {
    // gone meanwhile, or not ours to remove
  }
}
