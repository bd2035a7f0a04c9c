import type { ErrorCode } from '../../errors/codes.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { isSameRepository } from '../../flux/source/repository-url.ts';
import type { Git } from '../../repository/git/git.ts';
import type { System } from '../../system/system.ts';
import { shownRemote } from './remote-address.ts';

/** The branch that the cluster follows, here and on its remote. */
export interface Branch {
  /** Its name on the remote. */
  readonly name: string;
  /** Name of the remote, as git has it configured. */
  readonly remote: string;
  /** The remote's address, without user and password. */
  readonly address: string;
}

/** What a source says of where it fetches from. */
export interface Followed {
  readonly url: string;
  readonly branch: string;
}

/**
 * Finds the remote for the address that the source fetches from, and checks that the branch it follows is the one that
 * is checked out. Throws `code`, `git.*`.
 */
export async function findBranch(
  git: Git,
  followed: Followed,
  remote: string | null,
  code: ErrorCode,
): Promise<Branch> {
  const remotes = await remotesOf(git);
  const found =
    remote === null
      ? remotes.find(({ addresses }) => addresses.some((address) => isSameRepository(address, followed.url)))
      : remotes.find(({ name }) => name === remote);
  if (found === undefined) throw noRemote(followed, remote, remotes, code);
  const here = (await git.run(['symbolic-ref', '--quiet', '--short', 'HEAD'], { statuses: [1] })).text;
  if (here !== followed.branch && !(await isUpstream(git, here, found.name, followed.branch)))
    throw wrongBranch(here, followed.branch, code);
  return { name: followed.branch, remote: found.name, address: shownRemote(found.addresses.at(-1) ?? '') };
}

/**
 * Fetches the branch, and returns the commit that the remote has. Throws `code` where it cannot be
 * reached or has no such branch.
 */
export async function fetchBranch(
  system: System,
  git: Git,
  branch: Branch,
  code: ErrorCode,
): Promise<string> {
  for (let tries = 1; ; tries++) {
    await fetchNow(system, git, branch, code);
    try {
      return await git.commit('FETCH_HEAD');
    } catch (error) {
      // another git that fetches at the same moment empties the file for a while
      if (!(error instanceof SopskitError) || error.code !== 'git.failed') throw error;
      if (tries < mostFetches) continue;
      throw new SopskitError(code, `what was fetched from ${branch.address} was not to be read`, {
        hint: 'Another git, or sopskit, fetches in this clone at the same time: run the command again when it has ended.',
        cause: error,
      });
    }
  }
}

const mostFetches = 3;

async function fetchNow(system: System, git: Git, branch: Branch, code: ErrorCode): Promise<void> {
  try {
    const args = ['fetch', '--quiet', '--no-tags', branch.remote, `refs/heads/${branch.name}`];
    await git.run(args, { env: askingEnvironment(system) });
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code !== 'git.failed') throw error;
    throw new SopskitError(code, `${branch.address} cannot be reached: ${error.message}`, {
      hint: `Try it by hand: git fetch ${branch.remote} ${branch.name}`,
      cause: error,
    });
  }
}

/** git may ask for a password where there is a terminal. */
export function askingEnvironment({ prompts }: System): Readonly<Record<string, string>> {
  return prompts.available ? { GIT_TERMINAL_PROMPT: '1' } : {};
}

/** Whether `commit` is `of`, or in its history. A commit that is not here is in no history that is. */
export async function isAncestor(git: Git, commit: string, of: string): Promise<boolean> {
  const { status } = await git.run(['merge-base', '--is-ancestor', commit, of], { statuses: [1, 128] });
  return status === 0;
}

interface Remote {
  readonly name: string;
  /** To fetch from, and to push to. */
  readonly addresses: readonly string[];
}

async function remotesOf(git: Git): Promise<Remote[]> {
  const names = (await git.run(['remote'])).text.split('\n').filter((name) => name !== '');
  const addressesOf = async (name: string): Promise<string[]> => {
    const fetched = await git.run(['remote', 'get-url', name], { statuses: [2] });
    const pushed = await git.run(['remote', 'get-url', '--push', name], { statuses: [2] });
    return [fetched.text, pushed.text].filter((address) => address !== '');
  };
  return Promise.all(names.map(async (name) => ({ name, addresses: await addressesOf(name) })));
}

async function isUpstream(git: Git, here: string, remote: string, branch: string): Promise<boolean> {
  if (here === '') return false;
  const read = async (key: string): Promise<string> =>
    (await git.run(['config', '--get', `branch.${here}.${key}`], { statuses: [1] })).text;
  return (await read('remote')) === remote && (await read('merge')) === `refs/heads/${branch}`;
}

function noRemote(
  { url }: Followed,
  remote: string | null,
  remotes: readonly Remote[],
  code: ErrorCode,
): SopskitError {
  const have = remotes
    .map(({ name, addresses }) => `${name} (${shownRemote(addresses[0] ?? '')})`)
    .join(', ');
  const known = have === '' ? 'it has none' : `it has ${have}`;
  if (remote !== null)
    return new SopskitError(code, `this repository has no remote ${JSON.stringify(remote)}: ${known}`);
  return new SopskitError(
    code,
    `the cluster fetches ${shownRemote(url)}, which is no remote of this repository: ${known}`,
    {
      hint: 'Is it the right cluster (--context)? Where one of them is the same repository under another address, name it: --remote NAME.',
    },
  );
}

function wrongBranch(here: string, wanted: string, code: ErrorCode): SopskitError {
  const at = here === '' ? 'no branch is checked out' : `the branch ${here} is checked out`;
  return new SopskitError(code, `the cluster follows the branch ${wanted}, and ${at}`, {
    hint: `Check it out first: git switch ${wanted}`,
  });
}
