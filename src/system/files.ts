export interface FileStatus {
  readonly kind: 'file' | 'directory' | 'other';
  readonly size: number;
  /** Permission bits, e.g. `0o600`. */
  readonly mode: number;
  readonly modifiedMs: number;
  /** The same for two paths to one file or folder; `null` where the system cannot tell. */
  readonly id: string | null;
}

/** One name in a folder. Links are not followed. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
}

/** A private folder for plaintext that must not outlive the command. */
export interface PrivateFolder {
  readonly path: string;
  /** Removes the folder and all in it. Also done on exit and on SIGINT, SIGTERM, SIGHUP and SIGQUIT. */
  remove(): void;
}

/**
 * Synchronous file access. Missing files are `null`; every other failure throws a `file.*` error naming the path.
 * Names that are no UTF-8 are strings as `system/path-text.ts` makes them.
 */
export interface Files {
  /** The folder relative paths start from. */
  readonly cwd: string;
  /** The user's home folder, or `null` where there is none. */
  readonly home: string | null;
  status(path: string): FileStatus | null;
  read(path: string): Uint8Array | null;
  readStdin(): Uint8Array;
  /**
   * Writes the whole file or nothing: a temporary file in the same folder (0600 until it is complete), fsync, rename.
   * Mode, owner and symlinks of an existing target are kept; `mode`, less the umask, is used for a new one (default
   * 0o644). A read-only file is refused, as sops does. Pipes, devices and `/dev/stdout` are written to directly.
   * Sweeps temporary files that killed processes left in the folder. Throws `file.unwritable`.
   */
  replace(path: string, bytes: Uint8Array, mode?: number): void;
  /**
   * Makes a file that is not there yet, with `mode` less the umask; returns false, and does nothing, where the name is
   * taken. Links are not followed. Throws `file.unwritable`.
   */
  create(path: string, bytes: Uint8Array, mode: number): boolean;
  /**
   * Adds to the end of a file in one write: what other processes add at the same time stays. Throws `file.unwritable`,
   * also where there is no such file; what could not be written whole is taken back.
   */
  append(path: string, bytes: Uint8Array): void;
  /**
   * `replace` for one of many files: what else there is to do goes on while the disk writes, and the folders are synced
   * once, by `flush`. Asks `proceed` at the last moment, and writes nothing where it says no; returns what it said.
   * Absent: `replace` has to do.
   */
  replaceAmongMany?(path: string, bytes: Uint8Array, proceed: () => boolean): Promise<boolean>;
  /** Makes last what `replaceAmongMany` has written. Throws `file.unwritable`. */
  flush?(): void;
  /**
   * Finds out, before the work, whether `replace` could write: the file is opened, and a temporary file made beside it
   * and removed. A disk that fills up later, or a mount point that cannot be renamed over, it does not see. Throws
   * `file.unwritable`.
   */
  checkReplaceable(path: string): void;
  makeFolder(path: string, mode: number): void;
  /** Makes a 0700 folder, in memory (`/dev/shm`, `$XDG_RUNTIME_DIR`) where there is one. */
  makePrivateFolder(): PrivateFolder;
  list(path: string): string[] | null;
  /** Lists a folder with the kind of each entry, sorted by name. */
  entries(path: string): FolderEntry[] | null;
  /** What a name itself is: a link is a link. */
  kindOf(path: string): FolderEntry['kind'] | null;
  /** The absolute path behind all links. */
  realPath(path: string): string | null;
  /** Returns where a symbolic link points to, as it is written in it. */
  readLink(path: string): string | null;
  /** Removes a file or a link, if it is there. Throws `file.unwritable`. */
  remove(path: string): void;
  /** Removes a folder with nothing in it; one that cannot be removed stays. Absent: folders stay. */
  removeEmptyFolder?(path: string): void;
}
