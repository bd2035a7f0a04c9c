import type { Outcome, SkippedReason } from './outcome.ts';
import type { ManyResult } from './run-many.ts';
import { tallyOf } from './tally.ts';

/** Skipped for what most files of a repository are: only counted. */
const onlyCounted: ReadonlySet<SkippedReason> = new Set(['not-encrypted', 'no-secret', 'gone', 'too-large']);

/** What a report is about. */
export interface ReportHead {
  readonly command: string;
  readonly dryRun: boolean;
  /** Lists also the files that are only counted. */
  readonly all: boolean;
}

/** Prints the result as the one JSON document that docs/many-files.md describes. Never a value of a file. */
export function manyJson({ command, dryRun, all }: ReportHead, { results, interrupted }: ManyResult): string {
  const { files, changed, unchanged, skipped, failed, left, reasons } = tallyOf(results);
  const document = {
    version: 1,
    command,
    dryRun,
    interrupted,
    summary: { files, changed, unchanged, skipped, failed, left, reasons: Object.fromEntries(reasons) },
    files: results.flatMap(({ file, outcome }) =>
      outcome === null || (!all && isOnlyCounted(outcome))
        ? []
        : [{ path: file.shown, ...entryOf(outcome, file.shown) }],
    ),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function isOnlyCounted(outcome: Outcome): boolean {
  return outcome.kind === 'skipped' && onlyCounted.has(outcome.reason);
}

function entryOf(outcome: Outcome, shown: string) {
  const { kind, warnings } = outcome;
  const shared = { outcome: kind, ...(warnings === undefined ? {} : { warnings }) };
  switch (outcome.kind) {
    case 'changed': {
      const { keys, threshold } = outcome;
      return {
        ...shared,
        ...(keys === undefined ? {} : { keys }),
        ...(threshold === undefined ? {} : { threshold }),
      };
    }
    case 'failed': {
      const { code, message, hint, place } = outcome.failure;
      const { line, column, path } = place ?? {};
      // what is wrong may lie in another file: the configuration
      const file = place?.file === shown ? undefined : place?.file;
      return { ...shared, error: { code: code ?? 'internal', message, hint, file, line, column, path } };
    }
    case 'skipped':
      return {
        ...shared,
        reason: outcome.reason,
        ...(outcome.detail === undefined ? {} : { detail: outcome.detail }),
      };
    case 'unchanged':
      return { ...shared, reason: outcome.reason };
  }
}
