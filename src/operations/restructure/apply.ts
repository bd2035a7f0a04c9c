import type { Cluster } from '../../cluster/cluster.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Restructuring } from '../../flux/restructure/step.ts';
import type { Git } from '../../repository/git/git.ts';
import type { System } from '../../system/system.ts';
import { fetchBranch, findBranch } from '../git/branch.ts';
import { interruption } from '../watch/interruption.ts';
import type { Narrator } from '../watch/narrator.ts';
import type { ApplyOptions, ApplyOutcome } from './apply-options.ts';
import { type Begun, findBegun } from './begun.ts';
import { findFollowed, requireActing } from './followed-cluster.ts';
import { Run } from './run.ts';
import { hasUnpushedStep, requireCleanTree, requireKnownRevision } from './starting-point.ts';
import { isSame, isSameSealed, stepContent } from './step-content.ts';

/**
 * Carries out a restructuring: live actions, one commit and one push a step, each step's guards seen live before the
 * next. What was done is read from the trailers on the branch and from the cluster, so that the same call goes on where
 * an interrupted one stopped; the steps have to be planned from `findBegun(git, id)?.base` then.
 *
 * Throws `restructure.refused` (nothing was done: the tree, branch, remote or cluster is not as it must be),
 * `restructure.guard` (a guard cannot hold, or did not in time), `interrupted` (a signal; says what state
 * the cluster is in), `git.*`, `cluster.*`.
 */
export async function applyRestructuring(
  system: System,
  restructuring: Restructuring,
  git: Git,
  cluster: Cluster,
  options: ApplyOptions,
  tell: Narrator,
): Promise<ApplyOutcome> {
  const begun = await findBegun(git, restructuring.id);
  requireSameSteps(restructuring, begun);
  const target = await findFollowed(cluster, options.model, restructuring);
  const branch = await findBranch(git, target.followed, options.remote, 'restructure.refused');
  const tip = await fetchBranch(system, git, branch, 'restructure.refused');
  await requireKnownRevision(git, target.revision, branch, tip);
  const isUnpushed = await hasUnpushedStep(git, restructuring.id, branch, tip);
  const pushed = pushedSteps(begun, isUnpushed);
  const base = begun?.base ?? (await git.commit('HEAD'));
  await checkTree(system, git, restructuring, isUnpushed ? null : pushed, base);
  if (begun === null) await requireActing(cluster, options.model, restructuring);
  const { context, server } = cluster;
  const start = { remote: branch.address, branch: branch.name, context, server, next: pushed };
  if (!(await options.confirm(start))) return 'declined';
  const stop = interruption(system);
  try {
    const run = new Run({ system, git, cluster, restructuring, options, tell, target, branch, base, stop });
    await run.from(pushed, isUnpushed, tip);
  } finally {
    stop.release();
  }
  return 'done';
}

/** How many steps are on the remote: the number of the last one that is. */
function pushedSteps(begun: Begun | null, isUnpushed: boolean): number {
  if (begun === null) return 0;
  if (!isUnpushed) return begun.step;
  return Math.max(0, ...[...begun.commits.keys()].filter((step) => step < begun.step));
}

function requireSameSteps({ steps, id }: Restructuring, begun: Begun | null): void {
  if (begun === null || begun.of === steps.length) return;
  throw new SopskitError(
    'restructure.refused',
    `the restructuring ${id} was begun with ${begun.of} steps, and would have ${steps.length} now`,
    {
      hint: `Another version of sopskit began it. Go on with that one, or take it back: sopskit restructure undo ${id} --apply`,
    },
  );
}

/** A killed run may have left files of its next step written: they are its own, and are written again. */
async function checkTree(
  system: System,
  git: Git,
  restructuring: Restructuring,
  pushed: number | null,
  base: string,
): Promise<void> {
  const { steps } = restructuring;
  const next = pushed === null ? -1 : steps.findIndex(({ edits }, at) => at >= pushed && edits.size > 0);
  const content = next < 0 ? null : await stepContent(system, git, restructuring, next, base);
  const touched = new Set(steps.flatMap(({ edits }) => [...edits.keys()]));
  const isOwn = (path: string): boolean => {
    const wanted = content?.edits.get(path);
    if (wanted === undefined) return false;
    const now = system.files.read(`${git.top}/${path}`);
    return isSame(now, wanted) || isSameSealed(now, wanted);
  };
  await requireCleanTree(git, isOwn, (path) => touched.has(path));
}
