import fs from 'node:fs';
import path from 'node:path';
import { pathName } from '../path-text.ts';
import { errnoOf } from './io-reason.ts';
import { makeOwnedName, readOwnedName } from './owned-name.ts';
import { renameOver } from './rename-over.ts';
import { gitFolderFor } from './temporary-folder.ts';
import { writeAll } from './write-all.ts';

/**
 * Replaces a regular file (symlinks already followed) by a complete new one: temporary file in its folder or in the git
 * folder above, fsync, rename, fsync of the folder. Throws the operating system's errors; the file is then the old one.
 */
export function replaceFile(file: string, bytes: Uint8Array, mode: number): void {
  const existing = statusIfWritable(file);
  const replaceFrom = ([folder = '', ...others]: readonly string[]): void => {
    const { name, descriptor } = createTemporary([folder, ...others]);
    try {
      fill(descriptor, bytes, existing, mode);
      renameOver(name, file);
    } catch (error) {
      fs.rmSync(pathName(name), { force: true });
      if (!isOtherMount(error) || others.length === 0) throw error;
      replaceFrom(others);
    }
  };
  replaceFrom(foldersFor(file, existing));
  syncFolder(path.dirname(file));
}

/**
 * The same without waiting in line: the file is synced while others are worked on, the folder is left to `syncFolder`.
 * Asks `proceed` right before the rename, and returns what it said.
 */
export async function replaceFileAmongMany(
  file: string,
  bytes: Uint8Array,
  proceed: () => boolean,
): Promise<boolean> {
  const existing = statusIfWritable(file);
  const replaceFrom = async ([folder = '', ...others]: readonly string[]): Promise<boolean> => {
    const { name, descriptor } = createTemporary([folder, ...others]);
    try {
      await fillAndSync(descriptor, bytes, existing);
      if (!proceed()) return discarded(name);
      renameOver(name, file);
      return true;
    } catch (error) {
      fs.rmSync(pathName(name), { force: true });
      if (!isOtherMount(error) || others.length === 0) throw error;
      return replaceFrom(others);
    }
  };
  return replaceFrom(foldersFor(file, existing));
}

function discarded(name: string): false {
  fs.rmSync(pathName(name), { force: true });
  return false;
}

/** Two mounts of one disk look like one, but nothing can be renamed between them. */
function isOtherMount(error: unknown): boolean {
  return errnoOf(error) === 'EXDEV';
}

/** Does what `replaceFile` does up to the first byte, and undoes it. Throws the operating system's errors. */
export function tryReplace(file: string): void {
  statusIfWritable(file);
  const { name, descriptor } = createTemporary([path.dirname(file)]);
  fs.closeSync(descriptor);
  fs.rmSync(pathName(name), { force: true });
}

/** Returns the name in a folder entry `.sopskit-….tmp`, or `null` for a file that is not ours. */
export function readTemporaryName(entry: string): ReturnType<typeof readOwnedName> {
  return entry.startsWith('.') && entry.endsWith('.tmp') ? readOwnedName(entry.slice(1, -4)) : null;
}

/**
 * A rename would replace a read-only file as well. sops opens the file for writing and fails, and so do we: whoever
 * write-protected a file meant it.
 */
function statusIfWritable(file: string): fs.Stats | null {
  if (fs.lstatSync(pathName(file), { throwIfNoEntry: false }) === undefined) return null;
  const descriptor = fs.openSync(pathName(file), fs.constants.O_WRONLY);
  try {
    return fs.fstatSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

interface Temporary {
  readonly name: string;
  readonly descriptor: number;
}

/**
 * Where the temporary file may be, the best place first. A new file is made in its folder, whose group and access lists
 * it is to have.
 */
function foldersFor(file: string, existing: fs.Stats | null): readonly string[] {
  const folder = path.dirname(file);
  const git = existing === null ? null : gitFolderFor(folder);
  return git === null ? [folder] : [git, folder];
}

function createTemporary([folder = '.', ...others]: readonly string[]): Temporary {
  for (let attempt = 0; ; attempt++) {
    const name = path.join(folder, `.${makeOwnedName()}.tmp`);
    try {
      return { name, descriptor: fs.openSync(pathName(name), 'wx', 0o600) };
    } catch (error) {
      if (errnoOf(error) === 'EEXIST' && attempt < 9) continue;
      if (others.length === 0) throw error;
      return createTemporary(others);
    }
  }
}

async function fillAndSync(descriptor: number, bytes: Uint8Array, existing: fs.Stats | null): Promise<void> {
  try {
    write(descriptor, bytes, existing, 0o644);
    await new Promise<void>((resolve, reject) => {
      fs.fsync(descriptor, (error) => (error === null ? resolve() : reject(error)));
    });
  } finally {
    fs.closeSync(descriptor);
  }
}

function write(descriptor: number, bytes: Uint8Array, existing: fs.Stats | null, mode: number): void {
  writeAll(descriptor, bytes);
  if (existing === null) fs.fchmodSync(descriptor, mode & ~process.umask());
  else keepOwnerAndMode(descriptor, existing);
}

function fill(descriptor: number, bytes: Uint8Array, existing: fs.Stats | null, mode: number): void {
  try {
    write(descriptor, bytes, existing, mode);
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Owner before mode, because a change of owner clears bits of the mode. */
function keepOwnerAndMode(descriptor: number, existing: fs.Stats): void {
  const mode = existing.mode & 0o7777;
  const made = fs.fstatSync(descriptor);
  if (made.uid !== existing.uid) chownIfAllowed(descriptor, existing.uid, existing.gid);
  if (made.gid !== existing.gid) chownIfAllowed(descriptor, -1, existing.gid);
  const grouped = fs.fstatSync(descriptor).gid === existing.gid;
  // a group that could not be kept must not get more than everybody has
  fs.fchmodSync(descriptor, grouped ? mode : (mode & 0o1707) | ((mode & 0o007) << 3));
}

function chownIfAllowed(descriptor: number, uid: number, gid: number): void {
  try {
    fs.fchownSync(descriptor, uid, gid);
  } catch {
    // only root may give files away, and only to groups one is in: the mode is then narrowed instead
  }
}

/** Makes the rename last. Folders cannot be opened or synced everywhere (Windows, some network file systems). */
export function syncFolder(folder: string): void {
  let descriptor: number;
  try {
    descriptor = fs.openSync(pathName(folder), 'r');
  } catch {
    return;
  }
  try {
    fs.fsyncSync(descriptor);
  } catch (error) {
    if (errnoOf(error) === 'EIO') throw error;
  } finally {
    fs.closeSync(descriptor);
  }
}
