import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Environment } from '../environment.ts';
import type { FileStatus, Files, FolderEntry } from '../files.ts';
import { pathName, pathText, printablePath } from '../path-text.ts';
import { appendToFile, createFile } from './append-file.ts';
import { errnoOf, reasonOf } from './io-reason.ts';
import { makeFolder } from './make-folder.ts';
import { makePrivateFolder } from './private-folder.ts';
import { readAll } from './read-all.ts';
import {
  readTemporaryName,
  replaceFile,
  replaceFileAmongMany,
  syncFolder,
  tryReplace,
} from './replace-file.ts';
import { sweep } from './sweep.ts';
import { gitFolderFor } from './temporary-folder.ts';
import type { Termination } from './termination.ts';
import { writeAll } from './write-all.ts';
import { writeHint } from './write-hint.ts';
import { writeTarget } from './write-target.ts';

/** Returns the real file system. */
export function nodeFiles(env: Environment, termination: Termination): Files {
  const swept = new Set<string>();
  const unsynced = new Set<string>();
  return {
    get cwd() {
      return reading('the current folder', () => logicalFolder(env) ?? process.cwd());
    },
    get home() {
      return homeFolder();
    },
    status: (file) => orMissing(() => reading(file, () => readStatus(file))),
    read: (file) => orMissing(() => reading(file, () => fs.readFileSync(pathName(file)))),
    readStdin: () => reading('standard input', () => readAll(0)),
    replace(file, bytes, mode = 0o644) {
      writing(file, () => replace(file, bytes, mode, swept));
    },
    create: (file, bytes, mode) => writing(file, () => createFile(file, bytes, mode)),
    append(file, bytes) {
      writing(file, () => appendToFile(file, bytes));
    },
    replaceAmongMany: (file, bytes, proceed) =>
      replaceAmongMany(file, bytes, proceed, swept, unsynced).catch((error) => {
        throw unwritable(file, error);
      }),
    flush() {
      for (const folder of unsynced) writing(folder, () => syncFolder(folder));
      unsynced.clear();
    },
    checkReplaceable(file) {
      writing(file, () => {
        const target = writeTarget(file);
        if (target.kind === 'file') tryReplace(target.path);
      });
    },
    makeFolder(folder, mode) {
      writing(folder, () => makeFolder(folder, mode));
    },
    makePrivateFolder: () => makePrivateFolder(env, termination),
    list: (folder) => orMissing(() => reading(folder, () => readNames(folder))),
    entries: (folder) => orMissing(() => reading(folder, () => readEntries(folder))),
    kindOf: (file) => orMissing(() => reading(file, () => kindOf(fs.lstatSync(pathName(file))))),
    realPath: (file) => orMissing(() => reading(file, () => realPath(file))),
    readLink: (file) => orMissing(() => reading(file, () => readLink(file))),
    remove(file) {
      writing(file, () => fs.rmSync(pathName(file), { force: true }));
    },
    removeEmptyFolder(folder) {
      try {
        fs.rmdirSync(pathName(folder));
      } catch {
        // something came into it meanwhile, or it is a mount point
      }
    },
  };
}

/** `$PWD` where it names the current folder, as a shell and Go's os.Getwd have it: links stay in the path. */
function logicalFolder(env: Environment): string | null {
  const named = env.get('PWD');
  if (named === undefined || !path.isAbsolute(named) || path.normalize(named) !== named) return null;
  const here = fs.statSync('.', { bigint: true });
  const there = fs.statSync(named, { bigint: true, throwIfNoEntry: false });
  return there !== undefined && there.ino === here.ino && there.dev === here.dev ? named : null;
}

function homeFolder(): string | null {
  try {
    const home = os.homedir();
    return home === '' ? null : home;
  } catch {
    return null;
  }
}

function readStatus(file: string): FileStatus {
  // NTFS ids as numbers would lose digits, and two folders could seem to be one
  const status = fs.statSync(pathName(file), { bigint: true });
  const kind = status.isFile() ? 'file' : status.isDirectory() ? 'directory' : 'other';
  const id = status.ino === 0n ? null : `${status.dev}:${status.ino}`;
  const [mode, modifiedMs] = [Number(status.mode) & 0o7777, Number(status.mtimeMs)];
  return { kind, size: Number(status.size), mode, modifiedMs, id };
}

function readNames(folder: string): string[] {
  return fs.readdirSync(pathName(folder), { encoding: 'buffer' }).map(pathText).sort();
}

function readEntries(folder: string): FolderEntry[] {
  const entries = fs.readdirSync(pathName(folder), { withFileTypes: true, encoding: 'buffer' });
  return entries
    .map((entry): FolderEntry => ({ name: pathText(entry.name), kind: kindOf(entry) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function kindOf(entry: Pick<fs.Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'>): FolderEntry['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'symlink' : 'other';
}

function realPath(file: string): string {
  return pathText(fs.realpathSync.native(pathName(file), { encoding: 'buffer' }));
}

function readLink(file: string): string {
  return pathText(fs.readlinkSync(pathName(file), { encoding: 'buffer' }));
}

/** Each folder is swept once a run: reading it for every one of a thousand files would cost more than the writes. */
function replace(file: string, bytes: Uint8Array, mode: number, swept: Set<string>): void {
  const target = writeTarget(file);
  if (target.kind === 'direct') {
    writeDirectly(target.path, target.descriptor, bytes);
    return;
  }
  sweepOnce(path.dirname(target.path), swept);
  replaceFile(target.path, bytes, mode);
}

async function replaceAmongMany(
  file: string,
  bytes: Uint8Array,
  proceed: () => boolean,
  swept: Set<string>,
  unsynced: Set<string>,
): Promise<boolean> {
  const target = writeTarget(file);
  if (target.kind === 'direct') throw Object.assign(new Error('no regular file'), { code: 'EINVAL' });
  const folder = path.dirname(target.path);
  sweepOnce(folder, swept);
  const replaced = await replaceFileAmongMany(target.path, bytes, proceed);
  if (replaced) unsynced.add(folder);
  return replaced;
}

function sweepOnce(folder: string, swept: Set<string>): void {
  if (swept.has(folder)) return;
  swept.add(folder);
  sweep(folder, 'file', readTemporaryName);
  const git = gitFolderFor(folder);
  if (git !== null) sweepOnce(git, swept);
}

function writeDirectly(file: string, descriptor: number | null, bytes: Uint8Array): void {
  const opened = descriptor ?? fs.openSync(file, 'w');
  try {
    writeAll(opened, bytes);
  } finally {
    if (descriptor === null) fs.closeSync(opened);
  }
}

function reading<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (errnoOf(error) === 'ERR_FS_FILE_TOO_LARGE')
      throw new SopskitError('file.too-large', `${printablePath(file)} is larger than 2 GiB`, {
        place: { file },
        cause: error,
      });
    const message = `cannot read ${printablePath(file)}: ${reasonOf(error)}`;
    const hint = errnoOf(error) === 'EISDIR' ? { hint: 'Name a file in it.' } : {};
    throw new SopskitError('file.unreadable', message, { place: { file }, ...hint, cause: error });
  }
}

/** Missing means: nothing has that name, also because a part of the path is a file. */
function orMissing<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    const errno = error instanceof SopskitError ? errnoOf(error.cause) : '';
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return null;
    throw error;
  }
}

function writing<T>(file: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw unwritable(file, error);
  }
}

function unwritable(file: string, error: unknown): SopskitError {
  return new SopskitError('file.unwritable', `cannot write ${printablePath(file)}: ${reasonOf(error)}`, {
    place: { file },
    cause: error,
    ...writeHint(error, process.platform),
  });
}
