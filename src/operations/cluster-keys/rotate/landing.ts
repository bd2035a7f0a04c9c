import { textIn } from '../../../cluster/fields.ts';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { Git } from '../../../repository/git/git.ts';
import type { System } from '../../../system/system.ts';
import type { Mapping } from '../../../tree/value.ts';
import { type Branch, type Followed, fetchBranch, findBranch, isAncestor } from '../../git/branch.ts';
import { shownRemote } from '../../git/remote-address.ts';
import type { BoundCluster } from '../bound-cluster.ts';
import { isRotation } from './commit-rotation.ts';
import { branchOf, gitRepositories } from './decrypting-view.ts';

/** Where a rotation's commit has to get to, and how the branch here stands to it. */
export interface Landing {
  /** The branch that the clusters follow; without clusters, what the checked-out one follows; `null`: there is none. */
  readonly branch: Branch | null;
  /** The remote's commit; `null`: not known. */
  readonly tip: string | null;
  /** How many commits the remote has that are not here. */
  readonly behind: number;
  /** Commits, `0123456 subject`, the oldest first, that a push would take along and that are no rotation's. */
  readonly others: readonly string[];
  /** Why nothing can be pushed there from here; `null`: it can. */
  readonly problem: SopskitError | null;
}

/** Finds it out, and fetches the branch. Throws `cluster.*`, `git.missing`. */
export async function findLanding(
  system: System,
  git: Git,
  bounds: readonly BoundCluster[],
  remote: string | null,
): Promise<Landing> {
  try {
    const branch = await branchFor(git, bounds, remote);
    if (branch === null) return nowhere(noBranch());
    const tip = await fetchBranch(system, git, branch, 'cluster-key.refused');
    const { text } = await git.run(['rev-list', '--count', `HEAD..${tip}`, '--']);
    const behind = Number(text);
    return {
      branch,
      tip,
      behind,
      others: await otherCommits(git, tip),
      problem: behind > 0 ? isBehind(branch, behind) : null,
    };
  } catch (error) {
    if (!(error instanceof SopskitError) || !['cluster-key.refused', 'git.failed'].includes(error.code))
      throw error;
    return nowhere(error);
  }
}

/** Whether the branch has what is committed here; `null`: it cannot be told. */
export async function isPushed(git: Git, { tip }: Landing): Promise<boolean | null> {
  return tip === null ? null : isAncestor(git, await git.commit('HEAD'), tip);
}

async function otherCommits(git: Git, tip: string): Promise<readonly string[]> {
  const { text } = await git.run(['log', '--reverse', '--format=%h %s', `${tip}..HEAD`, '--']);
  return text.split('\n').filter((line) => line !== '' && !isRotation(line.slice(line.indexOf(' ') + 1)));
}

function nowhere(problem: SopskitError): Landing {
  return { branch: null, tip: null, behind: 0, others: [], problem };
}

async function branchFor(
  git: Git,
  bounds: readonly BoundCluster[],
  remote: string | null,
): Promise<Branch | null> {
  const followed = new Map<string, Followed>();
  for (const bound of bounds) {
    const one = await followedBy(bound);
    if (one !== null) followed.set(`${one.branch} ${one.url}`, one);
  }
  const [first, second] = followed.values();
  if (first === undefined) return upstream(git);
  if (second !== undefined && second.branch !== first.branch) throw different(first, second);
  return findBranch(git, first, remote, 'cluster-key.refused');
}

/** What the entry of a cluster follows, as the cluster has it; else as the repository says. */
async function followedBy({ cluster, model, live }: BoundCluster): Promise<Followed | null> {
  if (model === null) return null;
  const ref =
    live.get(model.entry.kustomization)?.kustomization.spec.sourceRef ??
    model.kustomizations.get(model.entry.kustomization)?.kustomization.spec.sourceRef;
  if (ref?.kind !== 'GitRepository') return null;
  const served = await cluster.serves(gitRepositories);
  const source: Mapping | null =
    (served ? await cluster.get({ ...gitRepositories, namespace: ref.namespace, name: ref.name }) : null) ??
    model.sources.get(`GitRepository/${ref.namespace}/${ref.name}`)?.manifest ??
    null;
  const branch = source === null ? null : branchOf(source);
  return source === null || branch === null ? null : { url: textIn(source, 'spec', 'url'), branch };
}

async function upstream(git: Git): Promise<Branch | null> {
  const here = (await git.run(['symbolic-ref', '--quiet', '--short', 'HEAD'], { statuses: [1] })).text;
  if (here === '') return null;
  const read = async (key: string): Promise<string> =>
    (await git.run(['config', '--get', `branch.${here}.${key}`], { statuses: [1] })).text;
  const [remote, merge] = [await read('remote'), await read('merge')];
  const name = /^refs\/heads\/(.+)$/.exec(merge)?.[1];
  if (remote === '' || remote === '.' || name === undefined) return null;
  const { text } = await git.run(['remote', 'get-url', '--push', remote], { statuses: [2] });
  return { name, remote, address: shownRemote(text) };
}

function noBranch(): SopskitError {
  return new SopskitError(
    'cluster-key.refused',
    'there is no branch to push to: no cluster was found that follows one, and what is checked out follows none',
    { hint: 'Set it: git push -u REMOTE BRANCH.' },
  );
}

function isBehind({ remote, name }: Branch, count: number): SopskitError {
  const commits = count === 1 ? 'a commit that is' : `${count} commits that are`;
  return new SopskitError('cluster-key.refused', `${remote}/${name} has ${commits} not here`, {
    hint: `Get them, and run the command again: git pull --rebase ${remote} ${name}. ${outOfConflict(remote, name)}`,
  });
}

/**
 * Two new ciphertexts of one file cannot be merged. What is committed here and pushed nowhere can be made again: the new
 * identity is kept, and found.
 */
export function outOfConflict(remote: string, name: string): string {
  return `Where it stops at a conflict in an encrypted file, nothing has to be merged: git rebase --abort, git reset --hard ${remote}/${name} (this takes also other commits away that are only here), and run the command again, which re-keys the files anew with the same new key.`;
}

function different(one: Followed, other: Followed): SopskitError {
  return new SopskitError(
    'cluster-key.refused',
    `the clusters follow different branches: ${one.branch} and ${other.branch}`,
    { hint: 'Let the rotation make its commit without --push, bring it to each branch, and run it again.' },
  );
}
