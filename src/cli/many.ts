import os from 'node:os';
import { SopskitError } from '../errors/sopskit-error.ts';
import { keySources } from '../keys/registry.ts';
import { type Crew, inlineCrew } from '../repository/many/crew.ts';
import { threadsFor } from '../repository/many/crew-size.ts';
import { KeyDesk } from '../repository/many/key-desk.ts';
import type { ManyFile } from '../repository/many/outcome.ts';
import { manyJson } from '../repository/many/report-json.ts';
import { type ManyResult, runMany } from '../repository/many/run-many.ts';
import { workerCrew } from '../repository/many/worker-crew.ts';
import type { System } from '../system/system.ts';
import type { CommandContext, Statuses } from './command.ts';
import { statusOfAll } from './exit-status.ts';
import type { ManyOptions } from './many-flags.ts';
import { selectAll } from './many-selection.ts';
import { changeLines, doneWords, remarkLines, summaryLine } from './many-text.ts';
import { createFileWork } from './operations/many/file-work.ts';
import type { ManyRequest } from './operations/many/request.ts';
import { refuseForeignAccess } from './operations/workbench.ts';
import { type ProgressBar, progressBar } from './progress.ts';

/** A run over many files, from its paths to its exit status. */
export interface ManyRun {
  readonly request: ManyRequest;
  readonly paths: readonly string[];
  readonly options: ManyOptions;
  readonly statuses: Statuses;
}

/** Does it all, and returns the exit status: 0, that of the failures where they share one, else 1. */
export async function runOnMany(context: CommandContext, run: ManyRun): Promise<number> {
  const selected = await selectAll(context.system, run.paths);
  const result = await perform(context, run, selected.files);
  return conclude(context, run, { ...result, results: [...selected.settled, ...result.results] });
}

/** Works on files until they are done or somebody stops it; a second signal ends the process. Throws `key.*`. */
export async function perform(
  context: CommandContext,
  { request, options }: Pick<ManyRun, 'request' | 'options'>,
  files: readonly ManyFile[],
): Promise<ManyResult> {
  const { system, terminal } = context;
  refuseForeignAccess(request.access);
  const stop = new AbortController();
  const bar = progressBar(terminal, request.command);
  const speaking = speakingPast(system, bar);
  const desk = new KeyDesk(speaking, keySources);
  const release = system.divertSignals?.(() => {
    release?.();
    stop.abort();
  });
  const crew = await crewFor(context, request, options, files, desk);
  try {
    return await runMany(crew, files, stop.signal, bar.show);
  } finally {
    bar.clear();
    release?.();
    await crew.close();
    system.files.flush?.();
    await desk.close();
  }
}

/** The system for the keys: it says each warning once, and neither that nor a question into the bar. */
function speakingPast(system: System, bar: ProgressBar): System {
  const said = new Set<string>();
  const { prompts } = system;
  return {
    ...system,
    warn(message) {
      if (said.has(message)) return;
      said.add(message);
      bar.clear();
      system.warn(message);
    },
    prompts: {
      available: prompts.available,
      secret: (question, hint) => bar.without(() => prompts.secret(question, hint)),
      text: (question, hint) => bar.without(() => prompts.text(question, hint)),
      choose: (question, choices, hint) => bar.without(() => prompts.choose(question, choices, hint)),
      tell(message) {
        bar.clear();
        prompts.tell(message);
      },
    },
  };
}

async function crewFor(
  { system, workerFile }: CommandContext,
  request: ManyRequest,
  { jobs }: ManyOptions,
  files: readonly ManyFile[],
  desk: KeyDesk,
): Promise<Crew> {
  const bytes = () => files.reduce((sum, { path }) => sum + sizeOf(system, path), 0);
  const threads = workerFile == null ? 1 : threadsFor(files.length, jobs ?? os.availableParallelism(), bytes);
  if (workerFile == null || threads < 2) return inlineCrew(createFileWork(system, desk.sources(), request));
  const { startHand } = await import('./worker-hand.ts');
  return workerCrew(() => startHand(workerFile, request), threads, desk);
}

/** What cannot be looked at is found out by the work itself. */
function sizeOf({ files }: System, file: string): number {
  try {
    return files.status(file)?.size ?? 0;
  } catch {
    return 0;
  }
}

/** Says what became of the files and returns the exit status. */
export function conclude(
  { terminal }: CommandContext,
  { request, options, statuses }: Omit<ManyRun, 'paths'>,
  result: ManyResult,
): number {
  const { command, dryRun } = request;
  const word = doneWords[command] ?? 'changed';
  for (const line of remarkLines(command, result, options.verbose)) terminal.tell(line);
  if (options.json) terminal.write(manyJson({ command, dryRun, all: options.verbose }, result));
  else if (dryRun)
    terminal.write(
      changeLines(result, `would be ${word}:`)
        .map((line) => `${line}\n`)
        .join(''),
    );
  else if (options.verbose) for (const line of changeLines(result, word)) terminal.tell(line);
  terminal.tell(summaryLine(command, dryRun, result));
  if (result.interrupted) throw interrupted(command);
  const codes = result.results.flatMap(({ outcome }) =>
    outcome?.kind === 'failed' ? [outcome.failure.code] : [],
  );
  return statusOfAll(codes, statuses);
}

function interrupted(command: string): SopskitError {
  const again: Readonly<Record<string, string>> = {
    rotate: 'Run it again for the rest; it makes new data keys for the files that are done, too.',
    rekey:
      'Run it again to finish. With --only-stale it takes only files whose recipients differ from their rule.',
  };
  return new SopskitError('interrupted', 'interrupted; every file is as it was or done', {
    hint: again[command] ?? 'Run it again to finish: files that are done are left as they are.',
  });
}
