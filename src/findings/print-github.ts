import { printablePath } from '../system/path-text.ts';
import type { Finding, Level } from './finding.ts';
import { treePathText } from './place-text.ts';
import type { Report } from './report.ts';
import { summaryLine } from './summary.ts';

/** GitHub's name for each level. */
const commands: Readonly<Record<Level, string>> = { error: 'error', warning: 'warning', note: 'notice' };

/**
 * Prints a report as workflow commands (`::error file=…,line=…::message`), and the summary as a line of the log. GitHub
 * shows ten annotations of a level per step; the log has all.
 */
export function githubReport(report: Report): string {
  return [...report.findings.map(annotation), summaryLine(report)].map((line) => `${line}\n`).join('');
}

function annotation({ rule, level, place, message, fix, commit }: Finding): string {
  const properties: readonly [string, string | number | undefined][] = [
    ['file', place.file === undefined ? undefined : visible(place.file)],
    ['line', place.line],
    ['col', place.line === undefined ? undefined : place.column],
    ['title', `${rule.code}: ${rule.title}`],
  ];
  const given = properties.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${escapeProperty(String(value))}`],
  );
  const tree = treePathText(place.path);
  const text = [
    `${message}${tree === '' ? '' : ` at ${tree}`}${commit === undefined ? '' : ` in commit ${commit.slice(0, 12)}`}`,
    `fix: ${fix}`,
  ].join('\n');
  return `::${commands[level]} ${given.join(',')}::${escapeData(visible(text))}`;
}

/** Bytes that are no UTF-8 cannot be sent at all; line breaks can. */
function visible(text: string): string {
  return text.replace(/[\ud800-\udfff]/gu, printablePath);
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
