import type { Crew } from './crew.ts';
import type { ManyFile, Outcome } from './outcome.ts';

/** A file and what became of it. */
export interface FileResult {
  readonly file: ManyFile;
  /** `null`: its turn never came. */
  readonly outcome: Outcome | null;
}

export interface ManyResult {
  /** In the order in which the files were given. */
  readonly results: readonly FileResult[];
  /** Whether the work was stopped before its end. */
  readonly interrupted: boolean;
}

/** What is known of a run that goes on. */
export interface Progress {
  readonly total: number;
  readonly done: number;
  readonly changed: number;
  readonly failed: number;
}

/**
 * Does the work on all files. One failure does not stop the rest; an abort of `stop` does, and so does a prompt that the
 * user breaks off: what was begun is finished, and every file is its old or its new self.
 */
export async function runMany(
  crew: Crew,
  files: readonly ManyFile[],
  stop: AbortSignal,
  tell: (progress: Progress) => void = () => undefined,
): Promise<ManyResult> {
  const outcomes: (Outcome | null)[] = files.map(() => null);
  const halt = new AbortController();
  const stopping = AbortSignal.any([stop, halt.signal]);
  const counts = { total: files.length, done: 0, changed: 0, failed: 0 };
  await crew.perform(
    files,
    (index, outcome) => {
      if (isBreak(outcome)) {
        halt.abort();
        return;
      }
      outcomes[index] = outcome;
      counts.done++;
      if (outcome.kind === 'changed') counts.changed++;
      if (outcome.kind === 'failed') counts.failed++;
      tell({ ...counts });
    },
    stopping,
  );
  const results = files.map((file, index) => ({ file, outcome: outcomes[index] ?? null }));
  return { results, interrupted: results.some(({ outcome }) => outcome === null) };
}

/** The user broke off a question for a key. */
function isBreak(outcome: Outcome): boolean {
  return outcome.kind === 'failed' && outcome.failure.code === 'interrupted';
}
