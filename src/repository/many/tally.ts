import type { Outcome, Reason, UnchangedReason } from './outcome.ts';
import type { FileResult } from './run-many.ts';

/** How many files came to what. */
export interface Tally {
  readonly files: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly failed: number;
  /** Files whose turn never came. */
  readonly left: number;
  /** Of the unchanged and skipped ones. */
  readonly reasons: ReadonlyMap<Reason, number>;
}

export function tallyOf(results: readonly FileResult[]): Tally {
  const counts = { changed: 0, unchanged: 0, skipped: 0, failed: 0, left: 0 };
  const reasons = new Map<Reason, number>();
  for (const { outcome } of results) {
    counts[outcome?.kind ?? 'left']++;
    const reason = outcome === null ? null : reasonOf(outcome);
    if (reason !== null) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return { files: results.length, ...counts, reasons };
}

export function reasonOf(outcome: Outcome): Reason | null {
  return outcome.kind === 'unchanged' || outcome.kind === 'skipped' ? outcome.reason : null;
}

const unchanged: ReadonlySet<Reason> = new Set<UnchangedReason>([
  'already-encrypted',
  'in-sync',
  'verified',
  'same-bytes',
]);

/** Whether a reason is one for which a file is right as it is, and not one for which nobody looked further. */
export function isUnchanged(reason: Reason): boolean {
  return unchanged.has(reason);
}

/** What each reason says, behind a number of files. */
export const reasonTexts: Readonly<Record<Reason, string>> = {
  'already-encrypted': 'already encrypted',
  'in-sync': 'in sync with their rules',
  verified: 'verified',
  'same-bytes': 'the same as before',
  'not-encrypted': 'not encrypted',
  'no-secret': 'neither encrypted nor a Secret',
  'no-rule': 'Secrets that no rule matches',
  'nothing-selected': 'without a value to encrypt',
  refused: 'of kustomize or Flux',
  unparsable: 'unreadable as YAML or JSON',
  'too-large': 'too large',
  gone: 'gone meanwhile',
  'passed-over': 'no regular files',
  'no-files': 'folders without files',
};
