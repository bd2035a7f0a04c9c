import { errorOf, type ManyFile, type Outcome, type SkippedReason } from '../repository/many/outcome.ts';
import type { FileResult, ManyResult } from '../repository/many/run-many.ts';
import { isUnchanged, reasonTexts, tallyOf } from '../repository/many/tally.ts';
import { printablePath } from '../system/path-text.ts';
import { errorText } from './error-text.ts';

/** How a command speaks of what it did: `encrypted`. */
export const doneWords: Readonly<Record<string, string>> = {
  encrypt: 'encrypted',
  decrypt: 'decrypted',
  updatekeys: 'synced',
  rotate: 'rotated',
  rekey: 'rekeyed',
  verify: 'changed',
};

/** Skipped files that somebody may have expected to be done. */
const loud: ReadonlySet<SkippedReason> = new Set(['no-rule', 'unparsable']);
const shownNames = 5;

/**
 * Lists what changed, or would: a line a file, those with the same change of recipients together, and of each kind no more
 * than `most`.
 */
export function changeLines(
  { results }: ManyResult,
  verb: string,
  most: number = Number.POSITIVE_INFINITY,
): string[] {
  const groups = new Map<string, string[]>();
  for (const { file, outcome } of results) {
    if (outcome?.kind !== 'changed') continue;
    const key = keyLines(outcome).join('\n');
    const files = groups.get(key) ?? [];
    files.push(`${verb} ${printablePath(file.shown)}`);
    groups.set(key, files);
  }
  return [...groups].flatMap(([keys, files]) => {
    const more = files.length > most ? [`and ${files.length - most} more`] : [];
    const lines = [...files.slice(0, most), ...more];
    return keys === '' ? lines : [keys, ...lines.map((line) => `  ${line}`)];
  });
}

function keyLines({ keys = [], threshold }: Extract<Outcome, { kind: 'changed' }>): string[] {
  const several = keys.length > 1;
  return [
    ...(threshold === undefined ? [] : [`shamir_threshold: ${threshold.from} -> ${threshold.to}`]),
    ...keys.flatMap(({ added, removed }, index) => [
      ...(several && added.length + removed.length > 0 ? [`group ${index + 1}`] : []),
      ...added.map((key) => `+++ ${key}`),
      ...removed.map((key) => `--- ${key}`),
    ]),
  ];
}

/** What went wrong or may surprise: failures, warnings, files passed over. The same thing is said once, with its files. */
export function remarkLines(command: string, { results }: ManyResult, all: boolean): string[] {
  const most = all ? Number.POSITIVE_INFINITY : shownNames;
  return [
    ...grouped(results, ({ outcome }) =>
      (outcome?.warnings ?? []).map((text) => ({ key: text, first: '' })),
    ).flatMap(({ key, files }) => `warning: ${namesOf(files, most)}: ${key}`),
    ...grouped(results, ({ file, outcome }) =>
      outcome?.kind === 'skipped' && (file.named || loud.has(outcome.reason))
        ? [{ key: outcome.detail ?? reasonTexts[outcome.reason], first: '' }]
        : [],
    ).map(({ key, files }) => `warning: passed over ${namesOf(files, most)}: ${key}`),
    ...grouped(results, (result) => failureKeys(command, result)).map(({ first, files }) =>
      files.length === 1 ? first : `${first}\n  the same for ${namesOf(files.slice(1), most)}`,
    ),
  ];
}

interface Remark {
  readonly key: string;
  readonly first: string;
}

function failureKeys(command: string, { file, outcome }: FileResult): Remark[] {
  if (outcome?.kind !== 'failed') return [];
  const { failure } = outcome;
  const { shown } = file;
  // what is wrong may lie in another file: the configuration
  const elsewhere = failure.place?.file !== undefined && failure.place.file !== shown;
  const doing = `sopskit ${command}${elsewhere || failure.code === null ? `: ${printablePath(shown)}` : ''}`;
  const place = { ...failure.place, file: printablePath(failure.place?.file ?? shown) };
  const text = errorText(doing, failure.code === null ? null : errorOf({ ...failure, place }), false);
  const texts = [failure.message, failure.hint ?? ''].map((words) => withoutName(words, file));
  return [{ key: JSON.stringify([failure.code, ...texts]), first: text }];
}

/** The same words whichever file they are about: its path, or the end of it that they name, is taken out. */
function withoutName(words: string, { path, shown }: ManyFile): string {
  const parts = path.split(/[\\/]/);
  const ends = parts.map((_, index) => parts.slice(index).join('/'));
  const names = [path, shown, ...ends].filter((name) => name !== '');
  return names.reduce((told, name) => {
    const escaped = printablePath(name).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const whole = new RegExp(`(?<![\\w./\\\\-])${escaped}(?![\\w/\\\\-])`, 'g');
    return told.replaceAll(whole, '\0');
  }, words);
}

/** Brings together what is the same, in the order in which it first comes. */
function grouped(results: readonly FileResult[], remarksOf: (result: FileResult) => readonly Remark[]) {
  const groups = new Map<string, { key: string; first: string; files: string[] }>();
  for (const result of results) {
    for (const remark of remarksOf(result)) {
      const group = groups.get(remark.key) ?? { ...remark, files: [] };
      group.files.push(printablePath(result.file.shown));
      groups.set(remark.key, group);
    }
  }
  return [...groups.values()];
}

function namesOf(files: readonly string[], most: number): string {
  const more = files.length - most;
  return more > 0 ? `${files.slice(0, most).join(', ')} and ${more} more` : files.join(', ');
}

/** The last line: `sopskit encrypt: 12 encrypted, 3 already encrypted, 980 skipped (…), 2 failed`. */
export function summaryLine(command: string, dryRun: boolean, { results }: ManyResult): string {
  const { changed, skipped, failed, left, reasons } = tallyOf(results);
  const counted = (wanted: boolean): string[] =>
    [...reasons]
      .filter(([reason]) => isUnchanged(reason) === wanted)
      .map(([reason, count]) => `${count} ${reasonTexts[reason]}`);
  const parts = [
    ...(command === 'verify' ? [] : [`${changed} ${dryRun ? 'would be ' : ''}${doneWords[command]}`]),
    ...counted(true),
    ...(skipped > 0 ? [`${skipped} skipped (${counted(false).join(', ')})`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(left > 0 ? [`${left} not reached`] : []),
  ];
  return `sopskit ${command}: ${parts.join(', ') || 'no files'}`;
}
