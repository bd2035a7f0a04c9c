import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Snapshot } from '../../repository/snapshot.ts';
import type { System } from '../../system/system.ts';
import type { RepositoryModel } from '../model/model.ts';
import { openWorkspace } from '../open-workspace.ts';
import { planBetween } from '../plan/plan-revisions.ts';
import { readRevisions } from '../plan/revisions.ts';
import type { Workspace, WorkspaceOptions } from '../workspace.ts';
import type { FluxGraph } from './graph.ts';
import { graphOfModel } from './graph-of-model.ts';
import { graphOfPlan } from './graph-of-plan.ts';

export interface GraphRequest {
  /** A revision, or `BASE..HEAD`; `null`: the working tree. */
  readonly revisions: string | null;
  readonly workspace: WorkspaceOptions;
}

/** Makes the graph of every cluster of a repository; of two revisions with the plan that leads from one to the other. */
export async function graphRepository(system: System, request: GraphRequest): Promise<FluxGraph[]> {
  const workspace = await openWorkspace(system, request.workspace);
  try {
    const { revisions } = request;
    if (revisions?.includes('..')) return await planned(workspace, revisions);
    const model = await workspace.model(await workspace.snapshot(revisions));
    return [...graphsOf(model).values()];
  } finally {
    await workspace.close();
  }
}

async function planned(workspace: Workspace, range: string): Promise<FluxGraph[]> {
  const { base, head } = await readRevisions(workspace, range);
  const plan = await planBetween(workspace, base, head);
  const [before, after] = [await graphsAt(workspace, base), await graphsAt(workspace, head)];
  return plan.clusters.map((cluster) =>
    graphOfPlan(cluster, before.get(cluster.cluster) ?? null, after.get(cluster.cluster) ?? null),
  );
}

/** Without a cluster that begins there: none. The plan has told where neither state has one. */
async function graphsAt(workspace: Workspace, snapshot: Snapshot): Promise<ReadonlyMap<string, FluxGraph>> {
  try {
    return graphsOf(await workspace.model(snapshot));
  } catch (error) {
    if (error instanceof SopskitError && (error.code === 'flux.no-entry' || error.code === 'flux.not-found'))
      return new Map();
    throw error;
  }
}

function graphsOf(model: RepositoryModel): ReadonlyMap<string, FluxGraph> {
  return new Map(
    model.clusters.map((cluster) => [cluster.name, graphOfModel(cluster, shortLabel(model.label))]),
  );
}

/** A commit's id in the length that people know. */
function shortLabel(label: string): string {
  return /^[0-9a-f]{40,64}$/.test(label) ? label.slice(0, 9) : label;
}
