import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Git } from '../../repository/git/git.ts';
import type { Branch } from '../git/branch.ts';
import { isAncestor } from '../git/branch.ts';
import { changesOf } from '../git/changes-of.ts';
import { commitOf } from '../git/reach.ts';
import { idTrailer } from './begun.ts';

/**
 * Checks how the branch here and the remote's relate: they are at one commit, or the one here has a single commit more,
 * which is a step of this restructuring that was not pushed any more. Returns whether it has. Throws
 * `restructure.refused`.
 */
export async function hasUnpushedStep(git: Git, id: string, branch: Branch, tip: string): Promise<boolean> {
  const head = await git.commit('HEAD');
  if (head === tip) return false;
  const isBehind = await isAncestor(git, head, tip);
  if (isBehind) throw behind(branch);
  const isAhead = await isAncestor(git, tip, head);
  const ours = (
    await git.run([
      'log',
      '--no-merges',
      `--format=%H%x09%(trailers:key=${idTrailer},valueonly)`,
      `${tip}..HEAD`,
      '--',
    ])
  ).text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t')[1] ?? '');
  if (!isAhead) throw ours.every((one) => one === id) ? overtaken(branch) : diverged(branch);
  if (ours.length === 1 && ours[0] === id) return true;
  throw ours.length === 1 && ours[0] !== '' ? otherStep(ours[0] ?? '') : unpushed(ours.length, branch);
}

/** Throws `restructure.refused` where the cluster has fetched a commit that the remote's branch does not have. */
export async function requireKnownRevision(
  git: Git,
  revision: string,
  { remote, name }: Branch,
  tip: string,
): Promise<void> {
  const commit = commitOf(revision);
  if (commit === null || (await isAncestor(git, commit, tip))) return;
  throw new SopskitError(
    'restructure.refused',
    `the cluster is at ${commit.slice(0, 12)}, which ${remote}/${name} does not have`,
    {
      hint: 'Is it the right remote (--remote) and cluster (--context)? After a force-push, wait until the cluster has fetched it: flux reconcile source git.',
    },
  );
}

/** Throws `restructure.refused` for changes in the working tree that are not the ones of `allowed`, by path. */
export async function requireCleanTree(
  git: Git,
  allowed: (path: string) => boolean,
  untracked: (path: string) => boolean,
): Promise<void> {
  const wrong = (await changesOf(git))
    .filter(({ isNew, path }) => !allowed(path) && (!isNew || untracked(path)))
    .map(({ path }) => path);
  if (wrong.length === 0) return;
  const shown = wrong.slice(0, 3).join(', ') + (wrong.length > 3 ? ` and ${wrong.length - 3} more` : '');
  throw new SopskitError('restructure.refused', `the working tree has changes of its own: ${shown}`, {
    hint: 'Commit and push them, or put them aside: git stash. A step is to be the only change of its commit.',
  });
}

function behind({ remote, name }: Branch): SopskitError {
  return new SopskitError('restructure.refused', `${remote} has commits on ${name} that are not here`, {
    hint: `Get them, and run the command again: git pull --ff-only ${remote} ${name}`,
  });
}

function overtaken({ remote, name }: Branch): SopskitError {
  return new SopskitError(
    'restructure.refused',
    `somebody pushed to ${name} before the step that is committed here`,
    {
      hint: `Put the step on top, and run the command again, which goes on with it: git pull --rebase ${remote} ${name}`,
    },
  );
}

function diverged({ remote, name }: Branch): SopskitError {
  return new SopskitError('restructure.refused', `${name} here and on ${remote} have gone different ways`, {
    hint: `Bring them together and push, then run the command again: git pull ${remote} ${name}`,
  });
}

function otherStep(id: string): SopskitError {
  return new SopskitError(
    'restructure.refused',
    `a step of the restructuring ${id} is committed here and not pushed`,
    {
      hint: 'Go on with that one, or drop the commit: git reset --keep HEAD~1',
    },
  );
}

function unpushed(commits: number, { remote, name }: Branch): SopskitError {
  const what = commits === 1 ? 'a commit that is' : `${commits} commits that are`;
  return new SopskitError('restructure.refused', `${name} has ${what} not pushed yet`, {
    hint: `Push first, and look how the cluster takes it: git push ${remote} HEAD:${name}. With a step in one push, it would be one revision.`,
  });
}
