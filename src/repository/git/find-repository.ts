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
  return plainRepository(system, folder) ?? askGit(system, folder);
}

/**
 * The repository that is laid out as `git init` does it, with nothing in the environment or its configuration that says
 * otherwise: found without asking git, because a hook waits for this. `null` means: ask.
 */
function plainRepository({ env, files }: System, folder: string): Found | null {
  if (elsewhere.some((name) => env.get(name) !== undefined)) return null;
  for (let at = files.realPath(folder); at !== null; at = at === path.dirname(at) ? null : path.dirname(at)) {
    const inside = path.join(at, '.git');
    const kind = files.kindOf(inside);
    if (kind === null && files.kindOf(path.join(at, 'HEAD')) === null) continue;
    const config = kind === 'directory' ? files.read(path.join(inside, 'config')) : null;
    const isPlain = config !== null && files.kindOf(path.join(inside, 'commondir')) === null;
    if (!isPlain || /worktree|bare *= *true|include/i.test(Buffer.from(config).toString('latin1')))
      return null;
    return { top: at, folder: inside, commonFolder: inside };
  }
  return null;
}

/** What moves a repository or its working tree, or bounds the search (git(1), "Environment Variables"). */
const elsewhere = [
  ...['GIT_DIR', 'GIT_WORK_TREE', 'GIT_COMMON_DIR', 'GIT_CEILING_DIRECTORIES'],
  ...['GIT_CONFIG_COUNT', 'GIT_CONFIG_PARAMETERS', 'GIT_DISCOVERY_ACROSS_FILESYSTEM'],
];

async function askGit(system: System, folder: string): Promise<Found | null> {
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
