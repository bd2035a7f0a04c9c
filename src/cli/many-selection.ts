import { basename } from 'node:path';
import { SopskitError } from '../errors/sopskit-error.ts';
import { failureOf, type ManyFile, type Outcome } from '../repository/many/outcome.ts';
import type { FileResult } from '../repository/many/run-many.ts';
import { type PassedOver, selectExisting } from '../repository/selection/select.ts';
import type { System } from '../system/system.ts';
import { isTemporaryName } from '../system/temporary-name.ts';

/** What the paths of a command stand for. */
export interface SelectedAll {
  /** What there is to work on. */
  readonly files: readonly ManyFile[];
  /** What needs no work any more: it is missing, no regular file, or a folder without files. */
  readonly settled: readonly FileResult[];
}

/** Finds the files. What was given and is nothing is a failure, and does not stop the rest. Throws `git.failed`. */
export async function selectAll(system: System, paths: readonly string[]): Promise<SelectedAll> {
  const { files, passedOver, empty, missing } = await selectExisting(system, paths);
  return {
    files: files.filter(({ path, named }) => named || !isTemporaryName(basename(path))),
    settled: [
      ...missing.map(({ word, error }) =>
        settledAs(word, true, { kind: 'failed', failure: failureOf(error.at({ file: word })) }),
      ),
      ...passedOver.map((entry) => settledAs(entry.shown, entry.named, outcomeOf(entry))),
      ...empty.map((shown) =>
        settledAs(shown, true, {
          kind: 'skipped',
          reason: 'no-files',
          detail: 'there is no file in it, or git ignores them all',
        }),
      ),
    ],
  };
}

function settledAs(shown: string, named: boolean, outcome: Outcome): FileResult {
  return { file: { path: shown, shown, named }, outcome };
}

/** Links and devices that lie in a folder are nobody's business; of one that was named somebody expects something. */
function outcomeOf({ shown, reason, named }: PassedOver): Outcome {
  if (!named) return { kind: 'skipped', reason: 'passed-over', detail: reason };
  const error = new SopskitError('file.unreadable', `${reason}; nothing was done with it`, {
    place: { file: shown },
    hint: 'Give the file itself.',
  });
  return { kind: 'failed', failure: failureOf(error) };
}
