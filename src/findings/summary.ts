import type { Finding, Level } from './finding.ts';
import type { Report } from './report.ts';

/** How many findings there are of each level, and what they were found in. */
export interface Summary {
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
  readonly waived: number;
  readonly files: number;
}

export function summaryOf({ findings, waived, files }: Report): Summary {
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  return {
    errors: count('error'),
    warnings: count('warning'),
    notes: count('note'),
    waived: waived.length,
    files,
  };
}

/** One line for people: `3 findings (2 errors, 1 note) in 2 of 40 files, 1 waived`. */
export function summaryLine(report: Report): string {
  const { errors, warnings, notes, waived, files } = summaryOf(report);
  const total = report.findings.length;
  const looked = counted(files, 'file');
  const tail = waived === 0 ? '' : `, ${waived} waived`;
  if (total === 0) return `no findings in ${looked}${tail}`;
  const parts = [counted(errors, 'error'), counted(warnings, 'warning'), counted(notes, 'note')].filter(
    (part) => !part.startsWith('0 '),
  );
  const inFiles = new Set(report.findings.map((finding: Finding) => finding.place.file)).size;
  const where = inFiles >= files ? looked : `${inFiles} of ${looked}`;
  return `${counted(total, 'finding')} (${parts.join(', ')}) in ${where}${tail}`;
}

/** `1 file`, `2 files`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
