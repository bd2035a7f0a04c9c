import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Snapshot } from '../../repository/snapshot.ts';
import type { RepositoryModel } from '../model/model.ts';
import type { Workspace } from '../workspace.ts';
import type { LiveState } from './change.ts';
import { changesBetween } from './changes-between.ts';
import type { Plan } from './plan.ts';
import { type PlanOptions, planChange } from './plan-change.ts';

/**
 * Says what the step from one state of a repository to another does to its clusters. With `live` the cluster's inventories
 * and labels take the place of the base. A state in which no cluster begins is one without clusters, if the other has some.
 * Throws `flux.no-entry` where neither has.
 */
export async function planBetween(
  workspace: Workspace,
  base: Snapshot,
  head: Snapshot,
  live?: LiveState,
  options: PlanOptions = {},
): Promise<Plan> {
  const [before, after] = [await modelOf(workspace, base), await modelOf(workspace, head)];
  if (before instanceof SopskitError && after instanceof SopskitError) throw after;
  const changes = await changesBetween(workspace, orEmpty(before, base), orEmpty(after, head), {
    snapshots: { base, head },
    ...(live === undefined ? {} : { live }),
  });
  return {
    base: base.label,
    head: head.label,
    clusters: changes.map((change) =>
      planChange(change, live, isSame(base, head) ? { unmoved: 'all' } : options),
    ),
  };
}

/** One commit and itself: whatever is not known of it does not change. */
function isSame(base: Snapshot, head: Snapshot): boolean {
  return base.label === head.label && /^[0-9a-f]{40,64}$/.test(base.label);
}

async function modelOf(workspace: Workspace, snapshot: Snapshot): Promise<RepositoryModel | SopskitError> {
  try {
    return await workspace.model(snapshot);
  } catch (error) {
    if (error instanceof SopskitError && (error.code === 'flux.no-entry' || error.code === 'flux.not-found'))
      return error;
    throw error;
  }
}

function orEmpty(model: RepositoryModel | SopskitError, { label }: Snapshot): RepositoryModel {
  return model instanceof SopskitError ? { label, clusters: [] } : model;
}
