import type { ConnectionOptions } from '../cluster/connection.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { ClusterModel } from '../flux/model/model.ts';
import type { Plan } from '../flux/plan/plan.ts';
import type { Restructuring } from '../flux/restructure/step.ts';
import type { Workspace } from '../flux/workspace.ts';
import type { ApplyStart } from '../operations/restructure/apply-options.ts';
import type { CommandContext, Flag } from './command.ts';
import { readDuration } from './duration.ts';
import { connectionFlags, readConnectionOptions } from './flux-flags.ts';
import { narrator } from './narrator.ts';
import type { Values } from './values.ts';

/** Whether and how the steps are carried out. */
export interface ApplyRequest {
  readonly apply: boolean;
  readonly yes: boolean;
  readonly remote: string | null;
  readonly timeoutMs: number;
  readonly connection: ConnectionOptions;
}

/** The flags of every command that carries out steps. */
export const applyFlags: readonly Flag[] = [
  {
    name: 'apply',
    kind: 'bool',
    help: 'carry the steps out: commit, push, and wait for each to be seen live in the cluster',
    beyond: true,
  },
  { name: 'yes', aliases: ['y'], kind: 'bool', help: 'with --apply: do not ask before', beyond: true },
  {
    name: 'remote',
    kind: 'text',
    value: 'NAME',
    help: 'with --apply: git remote to push to, where its address is not the one that the cluster fetches from',
    beyond: true,
  },
  {
    name: 'timeout',
    kind: 'text',
    value: 'DURATION',
    fallback: '10m',
    help: 'with --apply: how long one step may take to be seen live (90s, 10m, 1h; default 10m)',
    beyond: true,
  },
  ...connectionFlags,
];

/** Reads `applyFlags`. Throws `usage.invalid`. */
export function readApplyRequest(values: Values): ApplyRequest {
  return {
    apply: values.bool('apply'),
    yes: values.bool('yes'),
    remote: values.text('remote'),
    timeoutMs: readDuration('timeout', values.text('timeout') ?? '10m'),
    connection: readConnectionOptions(values),
  };
}

/** What is carried out, and what it was planned with. */
export interface ApplyWork {
  readonly restructuring: Restructuring;
  readonly workspace: Workspace;
  /** Of the state that the steps were planned from. */
  readonly model: ClusterModel;
  /** What to do after an interruption. Default: the same command again. */
  readonly again?: string;
}

/**
 * Connects to the cluster, asks, and carries the steps out; the steps themselves have been shown. Returns the exit
 * status. Throws as `applyRestructuring`.
 */
export async function applyOnCluster(
  { system, terminal }: CommandContext,
  request: ApplyRequest,
  { restructuring, workspace, model, again }: ApplyWork,
): Promise<number> {
  const { git } = workspace;
  if (git === null)
    throw new SopskitError('git.no-repository', 'steps are commits, and there is no git repository here', {
      hint: 'Run it inside a clone of the repository that the cluster follows.',
    });
  const { connect } = await import('../cluster/connect.ts');
  const { applyRestructuring } = await import('../operations/restructure/apply.ts');
  const cluster = await connect(system, request.connection);
  const options = {
    model,
    remote: request.remote,
    timeoutMs: request.timeoutMs,
    again: again ?? 'run the same command again.',
    confirm: (start: ApplyStart) => confirm({ system, terminal }, request.yes, restructuring, start),
    plan: (edits: ReadonlyMap<string, Uint8Array | null>, suspended: readonly string[]) =>
      planOver(workspace, model.name, edits, suspended),
  };
  const outcome = await applyRestructuring(system, restructuring, git, cluster, options, narrator(terminal));
  terminal.tell(outcome === 'done' ? `done: ${restructuring.title}` : 'Nothing was done.');
  return outcome === 'done' ? 0 : 1;
}

async function planOver(
  workspace: Workspace,
  cluster: string,
  edits: ReadonlyMap<string, Uint8Array | null>,
  suspended: readonly string[],
): Promise<Plan> {
  const { planBetween } = await import('../flux/plan/plan-revisions.ts');
  const { editedSnapshot } = await import('../flux/model/edited-snapshot.ts');
  const { asSuspended } = await import('../operations/restructure/as-suspended.ts');
  const head = await workspace.snapshot('HEAD');
  const [from, to] = [head, editedSnapshot(head, edits)].map((state) =>
    asSuspended(workspace, state, cluster, suspended),
  );
  return planBetween(workspace, (await from) ?? head, (await to) ?? head);
}

async function confirm(
  { system, terminal }: Pick<CommandContext, 'system' | 'terminal'>,
  yes: boolean,
  { steps }: Restructuring,
  { context, server, remote, branch, next }: ApplyStart,
): Promise<boolean> {
  terminal.tell(`cluster: ${context} (${server})`);
  terminal.tell(`pushes to: ${remote}, branch ${branch}`);
  if (next > 0) terminal.tell(`${next} of ${steps.length} steps are pushed already; goes on from there`);
  if (yes) return true;
  const answer = await system.prompts.text('Carry it out? [y/N]', 'Say it with --yes.');
  return /^\s*y(?:es)?\s*$/i.test(answer);
}
