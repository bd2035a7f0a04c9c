import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Git } from '../../repository/git/git.ts';
import type { Snapshot } from '../../repository/snapshot.ts';
import type { Workspace } from '../workspace.ts';

/** The two states of a change. */
export interface Revisions {
  readonly base: Snapshot;
  readonly head: Snapshot;
}

/**
 * Reads `BASE..HEAD` (either may be left out: `HEAD`), `A...B` (from the common ancestor of both, as a pull request shows
 * it), or one revision against the working tree; `null`: `HEAD` against the working tree. Throws `git.failed` for a
 * revision that this clone has not.
 */
export async function readRevisions(workspace: Workspace, range: string | null): Promise<Revisions> {
  const { git } = workspace;
  if (git === null)
    throw new SopskitError(
      'git.failed',
      `${workspace.root} is no git repository: there is nothing to compare with`,
      {
        hint: 'Run it in a clone of the repository.',
      },
    );
  const [, start = '', dots, end = ''] = /^(.*?)(\.{2,3})(.*)$/.exec(range ?? '') ?? [null, range ?? ''];
  if (dots === undefined)
    return { base: await stateOf(workspace, git, start || 'HEAD'), head: await workspace.snapshot(null) };
  const [from, to] = [start || 'HEAD', end || 'HEAD'];
  const base = dots === '...' ? await commonAncestor(git, from, to) : from;
  return { base: await stateOf(workspace, git, base), head: await stateOf(workspace, git, to) };
}

async function stateOf(workspace: Workspace, git: Git, revision: string): Promise<Snapshot> {
  await requireCommit(git, revision);
  return workspace.snapshot(revision);
}

async function commonAncestor(git: Git, one: string, other: string): Promise<string> {
  const commits = [await requireCommit(git, one), await requireCommit(git, other)];
  const { status, text } = await git.run(['merge-base', ...commits], { statuses: [1] });
  if (status === 0 && text !== '') return text;
  throw new SopskitError('git.failed', `${one} and ${other} have no common ancestor in this clone`, {
    hint: (await isShallow(git))
      ? 'The clone is shallow: fetch its history with git fetch --unshallow.'
      : `Compare them as they are: ${one}..${other}.`,
  });
}

/** Returns the commit that a revision names. Throws `git.failed`, with what to fetch. */
async function requireCommit(git: Git, revision: string): Promise<string> {
  if (revision.startsWith('-'))
    throw new SopskitError('usage.invalid', `${JSON.stringify(revision)} is no revision`, {
      hint: 'Give BASE..HEAD, or one revision.',
    });
  try {
    return await git.commit(revision);
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code !== 'git.failed') throw error;
    throw new SopskitError('git.failed', `this clone has no revision ${JSON.stringify(revision)}`, {
      hint: await wayTo(git, revision),
      cause: error,
    });
  }
}

async function wayTo(git: Git, revision: string): Promise<string> {
  if (/^(?:HEAD|@)$/.test(revision)) return 'The repository has no commit yet: make one first.';
  const isId = /^[0-9a-f]{7,64}$/.test(revision);
  if (await isShallow(git))
    return isId
      ? `The clone is shallow: git fetch --depth=1 origin ${revision}, or git fetch --unshallow (in GitHub Actions: actions/checkout with fetch-depth: 0).`
      : 'The clone is shallow: git fetch --unshallow (in GitHub Actions: actions/checkout with fetch-depth: 0).';
  if (!isId) return 'Check the name with git branch -a and git tag; fetch it with git fetch origin.';
  return `After a force-push the old commit may be gone: git fetch origin ${revision}, or compare with the branch (origin/main...HEAD).`;
}

async function isShallow(git: Git): Promise<boolean> {
  return (await git.run(['rev-parse', '--is-shallow-repository'])).text === 'true';
}
