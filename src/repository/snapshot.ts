/** One file of a snapshot. */
export interface SnapshotFile {
  /** From the snapshot's root, parts joined by `/`; bytes that are no UTF-8 as `system/path-text.ts` writes them. */
  readonly path: string;
  /** A submodule is another repository's folder: it has no bytes here. */
  readonly kind: 'file' | 'symlink' | 'submodule';
  /** git's id of its content, where git has one: in the index and in commits. */
  readonly blob: string | null;
}

/** The files of a repository, or of a plain folder, at one moment: the working tree, the index, a commit. */
export interface Snapshot {
  /** For messages: `the working tree`, `the index`, a commit's id. */
  readonly label: string;
  /** Absolute path of the folder that stands for the root; where it lies, or would lie, in the working tree. */
  readonly root: string;
  /** Lists the files in the order of their paths. In a working tree: tracked ones, and others that git does not ignore. */
  list(): Promise<readonly SnapshotFile[]>;
  /** Returns a file's bytes, or `null` where it is none, or none any more. A symlink's are its target's name. */
  read(path: string): Promise<Uint8Array | null>;
  /** The same, but behind symlinks that stay within the snapshot: what a program would read there. */
  readBehindLinks(path: string): Promise<Uint8Array | null>;
}
