import path from 'node:path';
import { SopskitError } from '../errors/sopskit-error.ts';
import { Git } from '../repository/git/git.ts';
import type { Snapshot } from '../repository/snapshot.ts';
import { commitSnapshot, workSnapshot } from '../repository/snapshots.ts';
import { printablePath } from '../system/path-text.ts';
import type { System } from '../system/system.ts';
import { openBuilder } from './build/builder.ts';
import { readModel } from './model/read-model.ts';
import type { WrittenCache } from './model/written-objects.ts';
import type { Workspace, WorkspaceOptions } from './workspace.ts';

/**
 * Opens the repository that a folder lies in; a folder without git is one itself, with no revisions. Throws
 * `file.missing` for no folder, `git.failed` for a repository that git refuses to read.
 */
export async function openWorkspace(system: System, options: WorkspaceOptions): Promise<Workspace> {
  const folder = path.resolve(system.files.cwd, options.folder);
  if (system.files.status(folder)?.kind !== 'directory') throw noFolder(options.folder);
  const git = await Git.open(system, folder);
  const root = git === null ? folder : (git.top ?? git.folder);
  const builder = openBuilder(system, { remoteBases: options.remoteBases });
  const written: WrittenCache = new Map();
  let remotes: Promise<readonly string[]> | null = null;
  return {
    root,
    git,
    builder,
    async snapshot(revision) {
      if (revision !== null) return snapshotAt(requireGit(git, root), revision);
      return git !== null && git.top === null ? commitSnapshot(git, 'HEAD') : workSnapshot(system, root, git);
    },
    async model(snapshot) {
      remotes ??= remotesOf(git);
      const { paths, clusters } = options;
      return readModel(system, snapshot, builder, { git, paths, clusters, written, remotes: await remotes });
    },
    async close() {
      await Promise.all([builder.close(), git?.close()]);
    },
  };
}

/** What `git rev-parse` says of a revision that is not there helps nobody: whether the clone is shallow does. */
async function snapshotAt(git: Git, revision: string): Promise<Snapshot> {
  try {
    return await commitSnapshot(git, revision);
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code !== 'git.failed') throw error;
    const { text } = await git.run(['rev-parse', '--is-shallow-repository']);
    throw new SopskitError('git.failed', `the repository has no revision '${printablePath(revision)}' here`, {
      hint:
        text === 'true'
          ? 'The clone is shallow: fetch the rest with git fetch --unshallow (actions/checkout: fetch-depth: 0).'
          : 'Look for it with git log --all; one that was pushed over (git push --force) is no longer fetched.',
      cause: error,
    });
  }
}

async function remotesOf(git: Git | null): Promise<readonly string[]> {
  if (git === null) return [];
  const { text } = await git.run(['config', '--get-regexp', '^remote\\..*\\.(push)?url$'], { statuses: [1] });
  return text.split('\n').flatMap((line) => (line.includes(' ') ? [line.slice(line.indexOf(' ') + 1)] : []));
}

function requireGit(git: Git | null, root: string): Git {
  if (git !== null) return git;
  throw new SopskitError('git.failed', `${root} is no git repository, so it has no revisions`, {
    hint: 'Run it in a clone, or without a revision for the files as they are.',
  });
}

function noFolder(folder: string): SopskitError {
  return new SopskitError('file.missing', `there is no folder ${JSON.stringify(folder)}`);
}
