import { SopskitError } from '../errors/sopskit-error.ts';
import type { Ground } from '../flux/restructure/ground.ts';
import type { Restructuring } from '../flux/restructure/step.ts';
import type { Workspace, WorkspaceOptions } from '../flux/workspace.ts';
import type { Begun } from '../operations/restructure/begun.ts';
import type { CommandContext, Flag } from './command.ts';
import { readWorkspaceOptions, workspaceFlags } from './flux-flags.ts';
import { type ApplyRequest, applyFlags, applyOnCluster, readApplyRequest } from './restructure-apply.ts';
import { type PlannedFrom, planFromState } from './restructure-state.ts';
import type { ShownRestructuring } from './restructure-text.ts';
import { writeStep } from './restructure-write.ts';
import type { Values } from './values.ts';

/** What all commands that plan steps in the repository take. */
export interface RestructureOutput {
  readonly workspace: WorkspaceOptions;
  readonly apply: ApplyRequest;
  readonly json: boolean;
  readonly write: boolean;
}

export const writeFlag: Flag = {
  name: 'write',
  kind: 'bool',
  help: 'write the files of the next step into the working tree, without a commit',
  beyond: true,
};

/** The flags of all of them. */
export const restructureFlags: readonly Flag[] = [
  writeFlag,
  { name: 'json', kind: 'bool', help: 'print one JSON document', beyond: true },
  ...applyFlags,
  ...workspaceFlags,
];

/** Reads `restructureFlags`. Throws `usage.conflict`, `usage.invalid`. */
export function readRestructureOutput(values: Values): RestructureOutput {
  const apply = readApplyRequest(values);
  const write = values.bool('write');
  if (write && apply.apply)
    throw new SopskitError('usage.conflict', '--write and --apply exclude each other', {
      hint: '--apply writes, commits and pushes every step; --write leaves the commit to you.',
    });
  return { workspace: readWorkspaceOptions(values), apply, json: values.bool('json'), write };
}

/** A request, before the repository is looked at. */
export interface Asked {
  readonly title: string;
  /** The command line as typed, for the commands that are shown. */
  readonly line: string;
  /** Name of a Kustomization that tells which cluster is meant; `null`: there is to be one only. */
  readonly kustomization: string | null;
  plan(ground: Ground): Promise<Restructuring>;
}

/** Plans, shows, and with `--apply` carries out. Returns the exit status. */
export async function runRestructure(
  context: CommandContext,
  output: RestructureOutput,
  asked: Asked,
): Promise<number> {
  const { openWorkspace } = await import('../flux/open-workspace.ts');
  const workspace = await openWorkspace(context.system, { ...output.workspace, clusters: [] });
  try {
    const planned = await planFromState(context, workspace, output, asked);
    const shown = await shownOf(workspace, planned, output, asked);
    await print(context, output, shown);
    if (output.write) return writeStep(context, workspace, shown);
    if (!output.apply.apply) return 0;
    const { restructuring, cluster: model } = planned;
    return await applyOnCluster(context, output.apply, { restructuring, workspace, model });
  } finally {
    await workspace.close();
  }
}

async function shownOf(
  workspace: Workspace,
  { snapshot, cluster, begun, restructuring }: PlannedFrom,
  output: RestructureOutput,
  asked: Asked,
): Promise<ShownRestructuring> {
  const { changesBySteps } = await import('./restructure-files.ts');
  const files = await changesBySteps(workspace, restructuring, snapshot, begun);
  const commanding = { line: asked.line, entry: cluster.entry.kustomization };
  return {
    restructuring,
    files,
    done: doneSteps(restructuring, begun),
    commanding,
    applies: output.apply.apply,
  };
}

/** Steps without a commit before the last committed one are behind it too. */
function doneSteps({ steps }: Restructuring, begun: Begun | null): number {
  return begun === null ? 0 : Math.min(begun.step, steps.length);
}

async function print(
  { terminal }: CommandContext,
  { json }: RestructureOutput,
  shown: ShownRestructuring,
): Promise<void> {
  if (json) {
    const { restructuringJson } = await import('./restructure-json.ts');
    terminal.write(`${JSON.stringify(restructuringJson(shown), null, 2)}\n`);
    return;
  }
  const { restructuringText } = await import('./restructure-text.ts');
  terminal.write(restructuringText(shown, terminal.colours.output));
}
