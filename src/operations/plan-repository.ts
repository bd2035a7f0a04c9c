import type { ConnectionOptions } from '../cluster/connection.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import { openWorkspace } from '../flux/open-workspace.ts';
import type { LiveState } from '../flux/plan/change.ts';
import type { Plan } from '../flux/plan/plan.ts';
import { planBetween } from '../flux/plan/plan-revisions.ts';
import { type Revisions, readRevisions } from '../flux/plan/revisions.ts';
import type { Workspace, WorkspaceOptions } from '../flux/workspace.ts';
import type { System } from '../system/system.ts';

export interface PlanRequest {
  readonly workspace: WorkspaceOptions;
  /** As `readRevisions` takes it. */
  readonly range: string | null;
  /** Sources whose content does not move with the change: `Kind/namespace/name`. */
  readonly unmoved: readonly string[];
  /** `null`: no cluster is asked. */
  readonly live: ConnectionOptions | null;
}

/** Plans the step between two states of a repository, against the live cluster if it is asked. */
export async function planRepository(system: System, request: PlanRequest): Promise<Plan> {
  const workspace = await openWorkspace(system, request.workspace);
  try {
    const revisions = await readRevisions(workspace, request.range);
    const { base, head } = revisions;
    const options = { unmoved: new Set(request.unmoved) };
    if (request.live === null) return await planBetween(workspace, base, head, undefined, options);
    const live = await readLive(system, workspace, revisions, request.live);
    return await planBetween(workspace, base, head, live, options);
  } finally {
    await workspace.close();
  }
}

/** Asks first for what the Kustomizations hold, then for the objects that the plan from there tells of. */
async function readLive(
  system: System,
  workspace: Workspace,
  { base, head }: Revisions,
  options: ConnectionOptions,
): Promise<LiveState> {
  const [{ connect }, { readLiveState }] = await Promise.all([
    import('../cluster/connect.ts'),
    import('./live-state.ts'),
  ]);
  const cluster = await connect(system, options);
  const first = await planBetween(workspace, base, head, await readLiveState(cluster, []));
  if (first.clusters.length > 1)
    throw new SopskitError(
      'usage.invalid',
      `the repository has ${first.clusters.length} clusters, and --live asks one`,
      { hint: `Say which: --cluster ${first.clusters.map((one) => one.cluster).join(', or --cluster ')}` },
    );
  return readLiveState(
    cluster,
    first.clusters.flatMap(({ objects }) => objects.map(({ id }) => id)),
  );
}
