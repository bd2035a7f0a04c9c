import path from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { FolderEntry } from '../../system/files.ts';
import { pathText } from '../../system/path-text.ts';
import type { System } from '../../system/system.ts';
import { isTemporaryName } from '../../system/temporary-name.ts';
import type { SnapshotFile } from '../snapshot.ts';
import { BlobReader } from './blob-reader.ts';
import { type Found, findRepository } from './find-repository.ts';
import { type GitOptions, type GitOutput, runGit } from './git-run.ts';
import { type FileVersion, versionsIn } from './history.ts';
import { kindOfMode, readRawDiff, splitAtNul } from './raw-diff.ts';

/** A file as the index has it. */
export interface IndexFile extends SnapshotFile {
  /** 0, or in a conflict: 1 the common ancestor, 2 ours, 3 theirs. */
  readonly stage: number;
}

/** A git repository, spoken to through the program git. Everything throws `git.missing` and `git.failed`. */
export class Git {
  /** The root of the working tree, absolute; `null` in a bare repository, and inside a git folder. */
  readonly top: string | null;
  /** This worktree's git folder, absolute. */
  readonly folder: string;
  /** The git folder that all worktrees share, absolute. */
  readonly commonFolder: string;
  readonly #system: System;
  readonly #blobs: BlobReader;

  private constructor(system: System, found: Found) {
    this.#system = system;
    this.top = found.top;
    this.folder = found.folder;
    this.commonFolder = found.commonFolder;
    this.#blobs = new BlobReader(system, this.#home());
  }

  /**
   * Opens the repository that a folder (absolute) lies in; `null` where there is none, or no program git. Throws
   * `git.failed` for a repository that git refuses to read.
   */
  static async open(system: System, folder: string): Promise<Git | null> {
    const found = await findRepository(system, folder);
    return found === null ? null : new Git(system, found);
  }

  /** Runs git in the root of the working tree (bare: in the git folder). */
  run(args: readonly string[], options: GitOptions = {}): Promise<GitOutput> {
    return runGit(this.#system, this.#home(), args, options);
  }

  /**
   * The files of the working tree that are tracked, or that git does not ignore, in the order of their paths; those
   * that are not there are left out. Of a repository inside this one only the folder is listed, if it is a submodule.
   */
  async workFiles(): Promise<SnapshotFile[]> {
    const { top } = this;
    if (top === null) return [];
    const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
    const { stdout } = await this.run(args);
    const files = splitAtNul(stdout)
      .map(pathText)
      .flatMap((name) => this.#workFile(top, name));
    return files.sort(byPath);
  }

  /** All files of the index, in the order of their paths. */
  async indexFiles(): Promise<IndexFile[]> {
    const { stdout } = await this.run(['ls-files', '-z', '--stage']);
    return splitAtNul(stdout).flatMap(readIndexLine);
  }

  /** The stages of files that were in conflict until they were added; git forgets them at the next checkout or reset. */
  async settledFiles(): Promise<IndexFile[]> {
    const { stdout } = await this.run(['ls-files', '-z', '--resolve-undo']);
    return splitAtNul(stdout).flatMap(readIndexLine);
  }

  /** What the index would add or change against `HEAD` (on an unborn branch: all of it); conflicts have no blob. */
  async stagedFiles(): Promise<IndexFile[]> {
    const args = ['diff', '--cached', '--raw', '-z', '--no-renames', '--no-abbrev', '--no-ext-diff'];
    const { stdout } = await this.run([...args, '--ignore-submodules=none']);
    return readRawDiff(stdout).flatMap((item) => {
      if ('commit' in item || item.status === 'D') return [];
      if (item.status === 'U') return [{ path: item.path, kind: 'file' as const, blob: null, stage: 1 }];
      return item.file === null ? [] : [{ ...item.file, stage: 0 }];
    });
  }

  /** All files of a commit, in the order of their paths. */
  async commitFiles(revision: string): Promise<SnapshotFile[]> {
    const { stdout } = await this.run(['ls-tree', '-r', '-z', '--full-tree', await this.commit(revision)]);
    return splitAtNul(stdout).flatMap(readTreeLine);
  }

  /** Returns the id of the commit that a revision names. */
  async commit(revision: string): Promise<string> {
    const { text } = await this.run(['rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`]);
    return text.split('\n').at(-1) ?? '';
  }

  /**
   * Every version of a file that the commits of a range bring in, oldest commit first. A range is what `git rev-list`
   * takes as one word: `A..B`, a revision for all that led to it, `--all`.
   */
  changes(range: string): AsyncIterable<FileVersion> {
    return versionsIn(this, range);
  }

  /** Returns the bytes of a blob; all are read through one process, until `close`. */
  blob(id: string): Promise<Uint8Array> {
    return this.#blobs.read(id);
  }

  /** Ends the process that reads blobs. */
  close(): Promise<void> {
    return this.#blobs.close();
  }

  #home(): string {
    return this.top ?? this.folder;
  }

  /** What may not be looked at is listed as a file: whoever reads it learns why it cannot be read. */
  #kindOf(file: string): FolderEntry['kind'] | null {
    try {
      return this.#system.files.kindOf(file);
    } catch (error) {
      if (error instanceof SopskitError && error.code === 'file.unreadable') return 'file';
      throw error;
    }
  }

  #workFile(top: string, name: string): SnapshotFile[] {
    const cleaned = name.replace(/\/$/, '');
    if (isTemporaryName(path.posix.basename(cleaned))) return [];
    const kind = this.#kindOf(path.join(top, cleaned));
    if (kind === 'file' || kind === 'symlink') return [{ path: cleaned, kind, blob: null }];
    // a nested repository that is no submodule is listed with a slash at its end: not ours
    return kind === 'directory' && cleaned === name ? [{ path: name, kind: 'submodule', blob: null }] : [];
  }
}

/** `mode id stage\tpath`. */
function readIndexLine(line: Buffer): IndexFile[] {
  const tab = line.indexOf(0x09);
  const [mode = '', blob = '', stage = '0'] = line.toString('latin1', 0, tab).split(' ');
  const kind = kindOfMode(mode);
  return kind === null ? [] : [{ path: pathText(line.subarray(tab + 1)), kind, blob, stage: Number(stage) }];
}

/** `mode type id\tpath`. */
function readTreeLine(line: Buffer): SnapshotFile[] {
  const tab = line.indexOf(0x09);
  const [mode = '', , blob = ''] = line.toString('latin1', 0, tab).split(' ');
  const kind = kindOfMode(mode);
  return kind === null ? [] : [{ path: pathText(line.subarray(tab + 1)), kind, blob }];
}

function byPath(a: SnapshotFile, b: SnapshotFile): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
