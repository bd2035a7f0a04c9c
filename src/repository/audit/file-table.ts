import { printablePath } from '../../system/path-text.ts';
import type { Audit, AuditedFile } from './audit.ts';
import { grouped } from './grouped.ts';
import { folderOf } from './recipients.ts';

/** More columns do not fit, and more rows nobody reads; `--json` and `--html` have all. */
const mostColumns = 30;
const mostRows = 40;

/** The letters that stand for recipients, most files first: A to Z, then AA. */
export function letterOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `${letterOf(Math.floor(index / 26) - 1)}${letter}`;
}

/** The table of files and recipients. Files of a folder that are alike share a row. */
export function fileTable({ files, recipients }: Audit): string {
  if (files.length === 0 || recipients.length > mostColumns) return '';
  const ids = recipients.map(({ id }) => id);
  const signs = new Map(files.map((file) => [file, signsOf(file, ids)]));
  const rows = [
    ...grouped(files, (file) => `${folderOf(file.path)}\n${signs.get(file)}\n${file.opens}`).values(),
  ];
  const head = ids.map((_id, index) => letterOf(index).padStart(2)).join(' ');
  const lines = rows.slice(0, mostRows).map((row) => {
    const [first] = row;
    if (first === undefined) return '';
    return `  ${signs.get(first)}  ${opensText[first.opens].padEnd(8)}  ${namesOf(row)}`;
  });
  const more =
    rows.length > mostRows ? [`  and ${rows.length - mostRows} rows more; --json and --html have all`] : [];
  const hasParts = files.some(({ alone, groups }) => new Set(groups.flat()).size > alone.length);
  const legend = hasParts ? ' (&: only together with others)' : '';
  return `Files and recipients${legend}\n  ${head}  opens here\n${[...lines, ...more].join('\n')}\n`;
}

const opensText = { yes: 'yes', ask: 'if asked', broken: 'broken', no: 'no', untried: '-' } as const;

function signsOf({ groups, alone }: AuditedFile, ids: readonly string[]): string {
  const listed = new Set(groups.flat());
  const sole = new Set(alone);
  return ids.map((id) => (sole.has(id) ? ' +' : listed.has(id) ? ' &' : ' .')).join(' ');
}

function namesOf(row: readonly AuditedFile[]): string {
  const [first] = row;
  if (first === undefined) return '';
  if (row.length === 1) return printablePath(first.path);
  const folder = folderOf(first.path);
  return `${folder === '.' ? './' : `${printablePath(folder)}/`}  ${row.length} files`;
}
