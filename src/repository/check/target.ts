import { SopskitError } from '../../errors/sopskit-error.ts';
import type { System } from '../../system/system.ts';
import { Git } from '../git/git.ts';
import type { Snapshot } from '../snapshot.ts';
import type { CheckRequest } from './check.ts';
import { historyTarget } from './history-target.ts';
import { requireGit } from './require-git.ts';
import type { Scene } from './scene.ts';
import type { Scope } from './scope.ts';
import { stagedTarget } from './staged-target.ts';
import { treeTarget } from './tree-target.ts';

/** A file that is to be looked at. */
export interface TargetFile {
  /** From the snapshot's root. */
  readonly path: string;
  readonly commit: string | null;
  /** Returns its bytes, or `null` where there is nothing to look at any more; what is wrong with it has been told. */
  read(): Promise<Uint8Array | null>;
  /** Returns what the last commit has of it, `null` for nothing; of what is staged only. */
  readonly committed?: () => Promise<Uint8Array | null>;
}

/** What is looked through, opened. */
export interface Target {
  readonly scope: Scope;
  readonly snapshot: Snapshot;
  /** Lists the files; what cannot be looked at is told to the scene. */
  files(scene: Scene): AsyncIterable<TargetFile>;
  close(): Promise<void>;
}

/** Files that are larger are not read: 128 MiB, more than any git host takes. */
export const largest: number = 128 * 1024 * 1024;

/** Throws `git.*`, `file.missing`, `usage.*`. */
export async function openTarget(system: System, request: CheckRequest): Promise<Target> {
  if (request.staged) return stagedTarget(system, request.paths);
  const git = await Git.open(system, system.files.cwd);
  if (request.history !== null)
    return historyTarget(system, requireGit(system, git, '--history'), request.history);
  if (git !== null && git.top === null)
    throw new SopskitError(
      'git.no-repository',
      'there is no working tree here to check: the repository is bare',
      {
        hint: 'Check commits instead: sopskit check --history HEAD',
      },
    );
  return treeTarget(system, git, request.paths);
}
