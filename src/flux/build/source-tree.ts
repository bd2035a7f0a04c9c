import type { SnapshotFile } from '../../repository/snapshot.ts';

/** The files that a source's artifact holds, after its ignore rules: what kustomize-controller unpacks. */
export interface SourceTree {
  /** For messages: `the working tree`, a commit's id. */
  readonly label: string;
  /** In the order of their paths, from the artifact's root. */
  readonly files: readonly SnapshotFile[];
  /**
   * Folders that the artifact has besides those that its files lie in: where all files of one are ignored, it is still
   * there, and a Kustomization that builds it builds nothing, and prunes all. Absent: none.
   */
  readonly folders?: readonly string[];
  /** Bytes of a file of the list (of a symlink: its target's name); `null` where it cannot be read any more. */
  read(path: string): Promise<Uint8Array | null>;
}
