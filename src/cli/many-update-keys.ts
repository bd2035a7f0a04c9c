import { SopskitError } from '../errors/sopskit-error.ts';
import type { ManyResult } from '../repository/many/run-many.ts';
import type { CommandContext, Statuses } from './command.ts';
import type { UpdateKeysRequest } from './commands/updatekeys.ts';
import { conclude, type ManyRun, perform, runOnMany } from './many.ts';
import { selectAll } from './many-selection.ts';
import { changeLines } from './many-text.ts';
import { confirm } from './update-keys.ts';

/** Syncs the keys of many files: looks at all first, shows what would change, and asks once. */
export async function updateKeysOfMany(
  request: UpdateKeysRequest,
  context: CommandContext,
  statuses: Statuses,
): Promise<number> {
  const { config, inputType, access, many: options, files: paths } = request;
  const { dryRun } = options;
  const run: ManyRun = {
    request: { command: 'updatekeys', config, inputType, access, dryRun },
    ...{ paths, options, statuses },
  };
  if (dryRun || request.yes) return runOnMany(context, run);
  if (options.json || context.terminal.inputIsTerminal !== true) throw nobodyToAsk();
  return askFirst(context, run);
}

async function askFirst(context: CommandContext, run: ManyRun): Promise<number> {
  const selected = await selectAll(context.system, run.paths);
  const plan = await perform(context, { ...run, request: { ...run.request, dryRun: true } }, selected.files);
  const all = (result: ManyResult) => ({ ...result, results: [...selected.settled, ...result.results] });
  const changing = plan.results.filter(({ outcome }) => outcome?.kind === 'changed');
  if (plan.interrupted || changing.length === 0) return conclude(context, run, all(plan));
  context.terminal.write(
    changeLines(plan, 'would be synced:', 10)
      .map((line) => `${line}\n`)
      .join(''),
  );
  if (!confirm(context)) {
    context.terminal.tell('nothing was changed');
    return 0;
  }
  const done = await perform(
    context,
    run,
    changing.map(({ file }) => file),
  );
  const outcomes = new Map(done.results.map((result) => [result.file.path, result]));
  const results = plan.results.map((result) => outcomes.get(result.file.path) ?? result);
  return conclude(context, run, all({ results, interrupted: done.interrupted }));
}

function nobodyToAsk(): SopskitError {
  return new SopskitError('prompt.unavailable', 'there is nobody to ask whether the files may be changed', {
    hint: 'To change without asking, use --yes; to see what would change, --dry-run.',
  });
}
