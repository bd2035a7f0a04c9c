import path from 'node:path';
import type { System } from '../../system/system.ts';
import { gitFailure, quietEnvironment, quietly } from './git-run.ts';

/** Where a repository lies; all absolute. */
export interface Found {
  readonly top: string | null;
  readonly folder: string;
  readonly commonFolder: string;
}

/**
 * Asks git for the repository that a folder lies in; `GIT_DIR` and its like count, as in a hook. `null` where there is
 * none, or no program git. Throws `git.failed` for one that git refuses to read.
 */
export async function findRepository(system: System, folder: string): Promise<Found | null> {
  if (system.processes.find('git') === null) return null;
  // the last word fails in a bare repository, after the others were answered
  const args = ['rev-parse', '--absolute-git-dir', '--git-common-dir', '--show-toplevel'];
  const { status, stdout, stderr } = await system.processes.run('git', [...quietly, ...args], {
    cwd: folder,
    env: quietEnvironment,
  });
  const lines = Buffer.from(stdout).toString('utf8').replace(/\n$/, '').split('\n');
  const [gitFolder = '', common = '', ...top] = lines;
  if (gitFolder === '') {
    if (isNoRepository(stderr)) return null;
    throw gitFailure(args, stderr);
  }
  return {
    folder: gitFolder,
    commonFolder: path.resolve(folder, common),
    top: status === 0 && top.length > 0 ? top.join('\n') : null,
  };
}

function isNoRepository(stderr: Uint8Array): boolean {
  return Buffer.from(stderr).toString('utf8').includes('not a git repository');
}
