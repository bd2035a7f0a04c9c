import type { SnapshotFile } from '../../repository/snapshot.ts';

/** The files that a source's artifact holds, after its ignore rules: what kustomize-controller unpacks. */
export interface SourceTree {
  /** For messages: `the working tree`, a commit's id. */
  readonly label: string;
  /** In the order of their paths, from the artifact's root. */
  readonly files: readonly SnapshotFile[];
  /** Bytes of a file of the list (of a symlink: its target's name); `null` where it cannot be read any more. */
  read(path: string): Promise<Uint8Array | null>;
}
