import path from 'node:path';
import { printablePath } from '../system/path-text.ts';
import type { Finding, Level } from './finding.ts';
import { placeText, treePathText } from './place-text.ts';
import type { PrintOptions } from './print.ts';
import type { Report } from './report.ts';
import { counted, summaryLine } from './summary.ts';

/** Of findings of one code that are mended alike in one file, text shows so many; all formats for machines have all. */
const shownAlike = 10;

/**
 * Prints a report for people: a block per file, a line per finding (`file:line:column: level: reason [code]`), below it
 * what to do. Findings of a file that are mended alike stand together, with one fix, and a long row of them is cut.
 */
export function textReport(report: Report, options: PrintOptions): string {
  const blocks = groupBy(report.findings, ({ place }) => place.file ?? '').map((findings) =>
    groupBy(findings, sameness)
      .flatMap((alike) => alikeLines(alike, options))
      .join('\n'),
  );
  return [...blocks.map((block) => `${block}\n\n`), ...codeTable(report), `${summaryLine(report)}\n`].join(
    '',
  );
}

function alikeLines(alike: readonly Finding[], options: PrintOptions): string[] {
  const [first] = alike;
  if (first === undefined) return [];
  const shown = alike.length > shownAlike + 1 ? alike.slice(0, shownAlike) : alike;
  const left = alike.length - shown.length;
  return [
    ...shown.map((finding) => findingLine(finding, options)),
    ...(left === 0 ? [] : [`  … and ${left} more of ${first.rule.code} in this file; --json lists all`]),
    `  ${paint('fix', 'dim', options)}: ${oneLine(first.fix)}`,
  ];
}

function findingLine(finding: Finding, options: PrintOptions): string {
  const { place, level, message, rule, commit } = finding;
  const where = placeText(place, shownFile(place.file ?? '', options));
  const tree = treePathText(place.path);
  const words = [
    `${paint(where, 'bold', options)}:`,
    `${paint(level, level, options)}:`,
    oneLine(message),
    ...(tree === '' ? [] : [`at ${tree}`]),
    ...(commit === undefined ? [] : [`in commit ${commit.slice(0, 12)}`]),
    paint(`[${rule.code}]`, 'dim', options),
  ];
  return words.join(' ');
}

/** How often each code fired: worth a table where the list does not fit a screen. */
function codeTable({ findings }: Report): string[] {
  const groups = groupBy(findings, ({ rule, level }) => `${level} ${rule.code}`);
  if (findings.length < 20 || groups.length < 2) return [];
  const rows = groups.map((group) => ({ count: group.length, finding: group[0] }));
  rows.sort((a, b) => b.count - a.count);
  const width = String(rows[0]?.count ?? 0).length;
  const lines = rows.map(({ count, finding }) => {
    return `  ${String(count).padStart(width)} ${finding?.level ?? ''} ${finding?.rule.code ?? ''}: ${finding?.rule.title ?? ''}\n`;
  });
  return [`${counted(rows.length, 'kind')} of findings:\n`, ...lines, '\n'];
}

/** Two findings that differ in their lines and keys only. */
function sameness({ rule, level, fix, commit }: Finding): string {
  return JSON.stringify([rule.code, level, fix, commit]);
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

function shownFile(file: string, { root, cwd }: PrintOptions): string {
  if (cwd === undefined || cwd === root) return file;
  return path.relative(cwd, path.join(root, file)) || file;
}

/** Messages may name files and keys: no line break or control character of theirs reaches the terminal. */
function oneLine(text: string): string {
  return printablePath(text);
}

const codes: Readonly<Record<Level | 'bold' | 'dim', readonly [number, number]>> = {
  error: [31, 39],
  warning: [33, 39],
  note: [36, 39],
  bold: [1, 22],
  dim: [2, 22],
};

function paint(text: string, style: Level | 'bold' | 'dim', { colour }: PrintOptions): string {
  const [on, off] = codes[style];
  return colour ? `\u001b[${on}m${text}\u001b[${off}m` : text;
}
