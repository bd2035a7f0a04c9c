import type { Git } from '../repository/git/git.ts';
import type { Snapshot } from '../repository/snapshot.ts';
import type { Builder } from './build/build.ts';
import type { RepositoryModel } from './model/model.ts';

/** What commands about Flux work on: a repository, its revisions, one builder for all of them. */
export interface Workspace {
  /** The repository's top, absolute; without git the folder itself. */
  readonly root: string;
  readonly git: Git | null;
  readonly builder: Builder;
  /** A revision (anything git names), or `null`: the working tree. Throws `git.failed`. */
  snapshot(revision: string | null): Promise<Snapshot>;
  /** The model of any snapshot, also of one with edits that are written nowhere. */
  model(snapshot: Snapshot): Promise<RepositoryModel>;
  /** Ends processes and removes temporary folders; call it in `finally`. */
  close(): Promise<void>;
}

export interface WorkspaceOptions {
  /** Folder to start from, absolute or from the current one; the repository is the one it lies in. */
  readonly folder: string;
  /** Sync paths to take for entry points instead of those found; from the repository's top. */
  readonly paths: readonly string[];
  /** Names of clusters to keep (`clusters/homelab`, or its last part); empty: all. */
  readonly clusters: readonly string[];
  /** Whether kustomize may fetch remote bases. Default: they are unknown. */
  readonly remoteBases: boolean;
}
