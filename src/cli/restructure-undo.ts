import { SopskitError } from '../errors/sopskit-error.ts';
import type { Workspace } from '../flux/workspace.ts';
import type { Git } from '../repository/git/git.ts';
import type { CommandContext } from './command.ts';
import type { RestructureUndoRequest } from './commands/restructure-undo.ts';
import { applyOnCluster } from './restructure-apply.ts';
import { changesBySteps } from './restructure-files.ts';
import { restructuringJson } from './restructure-json.ts';
import { restructuringText, type ShownRestructuring } from './restructure-text.ts';
import { writeStep } from './restructure-write.ts';

/** Plans to take a restructuring back, shows it, and with `--apply` carries it out. Returns the exit status. */
export async function undoRestructuring(
  context: CommandContext,
  request: RestructureUndoRequest,
): Promise<number> {
  const { openWorkspace } = await import('../flux/open-workspace.ts');
  const { planUndo } = await import('../operations/restructure/undo.ts');
  const { findBegun } = await import('../operations/restructure/begun.ts');
  const workspace = await openWorkspace(context.system, request.workspace);
  try {
    const git = requireGit(workspace);
    const { restructuring, model } = await planUndo(context.system, workspace, git, request.id);
    const begun = await findBegun(git, restructuring.id);
    const id = restructuring.id.replace(/^undo-/, '');
    const line = `sopskit restructure undo ${id}`;
    const base = await workspace.snapshot(begun?.base ?? 'HEAD');
    const shown: ShownRestructuring = {
      restructuring,
      files: await changesBySteps(workspace, restructuring, base, begun),
      done: begun?.step ?? 0,
      commanding: { line, entry: model.entry.kustomization },
      applies: request.apply.apply,
    };
    print(context, request.json, shown);
    if (request.write) return writeStep(context, workspace, shown);
    if (!request.apply.apply) return 0;
    const work = { restructuring, workspace, model, again: `${line} --apply` };
    return await applyOnCluster(context, request.apply, work);
  } finally {
    await workspace.close();
  }
}

function print({ terminal }: CommandContext, json: boolean, shown: ShownRestructuring): void {
  if (json) terminal.write(`${JSON.stringify(restructuringJson(shown), null, 2)}\n`);
  else terminal.write(restructuringText(shown, terminal.colours.output));
}

function requireGit({ git, root }: Workspace): Git {
  if (git !== null) return git;
  throw new SopskitError(
    'git.no-repository',
    `${root} is no git repository, so there is nothing to take back`,
  );
}
