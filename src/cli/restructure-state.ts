import { SopskitError } from '../errors/sopskit-error.ts';
import type { ClusterModel, RepositoryModel } from '../flux/model/model.ts';
import type { Restructuring } from '../flux/restructure/step.ts';
import type { Workspace } from '../flux/workspace.ts';
import type { Begun } from '../operations/restructure/begun.ts';
import type { Snapshot } from '../repository/snapshot.ts';
import type { CommandContext } from './command.ts';
import type { Asked, RestructureOutput } from './restructure-run.ts';

/** A restructuring, and the state that it was planned from. */
export interface PlannedFrom {
  readonly snapshot: Snapshot;
  readonly cluster: ClusterModel;
  /** What is committed of it; `null`: nothing. */
  readonly begun: Begun | null;
  readonly restructuring: Restructuring;
}

/**
 * Plans from the commit before the first step, where that is committed; else from `HEAD`, so that what is shown is what
 * `--apply` does. What is not to be planned from there, and nothing is to be written, is planned from the working tree.
 */
export async function planFromState(
  context: CommandContext,
  workspace: Workspace,
  output: RestructureOutput,
  asked: Asked,
): Promise<PlannedFrom> {
  const plan = planner(context, workspace, output, asked);
  if (!(await hasHead(workspace))) return plan.from(await workspace.snapshot(null));
  const head = await workspace.snapshot('HEAD');
  try {
    return (await plan.fromBegun(await plan.idsAt(head), head)) ?? (await plan.from(head));
  } catch (error) {
    if (!(error instanceof SopskitError) || !isAboutState(error)) throw error;
    const begun = await plan.fromEarlier();
    if (begun !== null) return begun;
    if (output.apply.apply || output.write || !(await isDirty(workspace))) throw error;
    const planned = await plan.from(await workspace.snapshot(null));
    context.terminal.tell('Planned from the working tree: commit its changes before the steps.');
    return planned;
  }
}

interface Planner {
  from(snapshot: Snapshot, begun?: Begun): Promise<PlannedFrom>;
  /** Ids that the request has on the clusters of a state. */
  idsAt(snapshot: Snapshot): Promise<readonly string[]>;
  fromBegun(ids: readonly string[], head: Snapshot): Promise<PlannedFrom | null>;
  /** Looks among the restructurings of the history: the sync path, which names the cluster, may have moved since. */
  fromEarlier(): Promise<PlannedFrom | null>;
}

/** As many restructurings of the history are tried: their states are read anew. */
const mostEarlier = 3;

function planner(
  { system }: CommandContext,
  workspace: Workspace,
  { workspace: { clusters: names } }: RestructureOutput,
  asked: Asked,
): Planner {
  const plan: Planner = {
    async from(snapshot, begun) {
      const { clusterWith } = await import('../flux/restructure/ground.ts');
      const { restructuringId } = await import('../flux/restructure/stage.ts');
      const { openResealer } = await import('../flux/restructure/sops-resealer.ts');
      const model = await workspace.model(snapshot);
      const clusters = named(model, names);
      const own = clusters.find(({ name }) => restructuringId(asked.title, name) === firstId(begun));
      const cluster = own ?? clusterWith({ ...model, clusters }, asked.kustomization);
      const resealer = openResealer(system);
      const restructuring = await asked.plan({ workspace, snapshot, model, cluster, resealer });
      return { snapshot, cluster, begun: begun ?? null, restructuring };
    },
    async idsAt(snapshot) {
      const { restructuringId } = await import('../flux/restructure/stage.ts');
      return named(await workspace.model(snapshot), names).map(({ name }) =>
        restructuringId(asked.title, name),
      );
    },
    async fromBegun(ids, head) {
      for (const id of ids) {
        const found = workspace.git === null ? null : await newestRun(workspace, plan, id, head);
        if (found !== null) return found;
      }
      return null;
    },
    async fromEarlier() {
      const { findBegun, restructuringsIn } = await import('../operations/restructure/begun.ts');
      if (workspace.git === null) return null;
      for (const id of (await restructuringsIn(workspace.git)).slice(0, mostEarlier)) {
        const begun = await findBegun(workspace.git, id);
        if (begun === null) continue;
        const base = await workspace.snapshot(begun.base);
        if ((await plan.idsAt(base)).includes(id)) return plan.from(base, begun);
      }
      return null;
    },
  };
  return plan;
}

/**
 * The run of a request to go on with. One that is done, and can be planned anew from `HEAD`, was reverted by hand since:
 * the next run of it has an id of its own (`ID-2`). `null`: it was never begun.
 */
async function newestRun(
  workspace: Workspace,
  plan: Planner,
  id: string,
  head: Snapshot,
): Promise<PlannedFrom | null> {
  const { findBegun } = await import('../operations/restructure/begun.ts');
  const { git } = workspace;
  let [begun, own, next] = [git === null ? null : await findBegun(git, id), id, `${id}-2`];
  if (git === null || begun === null) return null;
  for (let run = 2; ; run++) {
    next = `${id}-${run}`;
    const later = await findBegun(git, next);
    if (later === null) break;
    [begun, own] = [later, next];
  }
  const planned = withId(await plan.from(await workspace.snapshot(begun.base), begun), own);
  const last = planned.restructuring.steps.findLastIndex(({ edits }) => edits.size > 0);
  if (begun.step < last + 1) return planned;
  const fresh = await orNull(plan.from(head));
  return fresh === null ? planned : withId(fresh, next);
}

function withId(planned: PlannedFrom, id: string): PlannedFrom {
  return { ...planned, restructuring: { ...planned.restructuring, id } };
}

function firstId(begun: Begun | undefined): string | undefined {
  return begun?.id.replace(/-\d+$/, '');
}

async function orNull(planning: Promise<PlannedFrom>): Promise<PlannedFrom | null> {
  try {
    return await planning;
  } catch (error) {
    if (error instanceof SopskitError && isAboutState(error)) return null;
    throw error;
  }
}

/** Whether another state may have what this one does not. */
function isAboutState({ code }: SopskitError): boolean {
  return (
    code === 'flux.not-found' ||
    code === 'flux.no-entry' ||
    code === 'restructure.refused' ||
    code === 'usage.invalid'
  );
}

async function hasHead({ git }: Workspace): Promise<boolean> {
  if (git === null) return false;
  const { status } = await git.run(['rev-parse', '--verify', '--quiet', 'HEAD'], { statuses: [1, 128] });
  return status === 0;
}

async function isDirty({ git }: Workspace): Promise<boolean> {
  if (git === null || git.top === null) return false;
  return (await git.run(['status', '--porcelain'])).text !== '';
}

/** Clusters by `--cluster`: the sync path, or its last part. Throws `flux.not-found`. */
function named({ clusters }: RepositoryModel, names: readonly string[]): readonly ClusterModel[] {
  if (names.length === 0) return clusters;
  const found = clusters.filter(({ name }) =>
    names.some((one) => one === name || one === name.split('/').at(-1)),
  );
  if (found.length > 0) return found;
  throw new SopskitError('flux.not-found', `there is no cluster ${names.join(', ')}`, {
    hint: `There are ${clusters.map(({ name }) => name).join(', ') || 'none'}.`,
  });
}
