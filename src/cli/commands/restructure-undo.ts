import { SopskitError } from '../../errors/sopskit-error.ts';
import type { WorkspaceOptions } from '../../flux/workspace.ts';
import type { Command } from '../command.ts';
import { workspaceFlags } from '../flux-flags.ts';
import { type ApplyRequest, applyFlags } from '../restructure-apply.ts';
import { readRestructureOutput, writeFlag } from '../restructure-run.ts';

export interface RestructureUndoRequest {
  /** `null`: the newest on the branch that is not taken back. */
  readonly id: string | null;
  readonly workspace: WorkspaceOptions;
  readonly apply: ApplyRequest;
  readonly json: boolean;
  readonly write: boolean;
}

export const command: Command<RestructureUndoRequest> = {
  name: 'restructure undo',
  group: 'flux',
  summary: 'take a restructuring back, and delete nothing',
  usage: '[ID]',
  about: [
    'Finds the commits of a restructuring on the branch (trailer Sopskit-Restructure: ID; default: the newest that is not taken back) and plans them in reverse. While a step is taken back, everything that it moves is kept from being pruned; when all of it is seen live with its old owner, it is released.',
    'Nothing is deleted: objects that came with the restructuring stay in the cluster, and are named.',
    'An undoing that was interrupted goes on where it stopped when the command is run again.',
  ],
  examples: [
    { line: 'sopskit restructure undo', says: 'what taking the newest one back would be' },
    { line: 'sopskit restructure undo 4f1d2a9c0b7e8d35 --apply', says: 'take this one back' },
  ],
  flags: [
    writeFlag,
    { name: 'json', kind: 'bool', help: 'print one JSON document', beyond: true },
    ...applyFlags,
    ...workspaceFlags,
  ],
  completes: 'none',
  beyond: true,
  parse({ values, args }) {
    if (args.length > 1)
      throw new SopskitError('usage.invalid', 'one restructuring is taken back at a time', {
        hint: 'sopskit restructure undo [ID]',
      });
    const { workspace, apply, json, write } = readRestructureOutput(values);
    return { id: args[0] ?? null, workspace, apply, json, write };
  },
  async run(request, context) {
    const { undoRestructuring } = await import('../restructure-undo.ts');
    return undoRestructuring(context, request);
  },
};
