import { printablePath } from '../../system/path-text.ts';
import { shellWord } from '../check/shell-word.ts';
import type { Audit, FormerFile, FormerRecipient } from './audit.ts';
import { counted, type Labels } from './labels.ts';

const shownFiles = 10;
const shownValues = 8;

/** Prints the former recipients of an audit with history; empty without one. */
export function formerText({ history }: Audit, labels: Labels): string {
  if (history === null) return '';
  if (history.former.length === 0)
    return `Former recipients: none in ${counted(history.versions, 'version')} of ${history.range}\n`;
  const blocks = history.former.map((former) => formerBlock(former, labels));
  return `Former recipients, and what they can still read (${history.former.length})\n${blocks.join('')}`;
}

function formerBlock({ id, elsewhere, files, gone }: FormerRecipient, labels: Labels): string {
  return [
    `  ${labels.of(id)}${elsewhere ? ' (still a recipient of other files)' : ''}`,
    ...files.slice(0, shownFiles).flatMap(fileLines),
    ...(files.length > shownFiles
      ? [`    and ${files.length - shownFiles} files more; --json and --html have all`]
      : []),
    ...(gone.length === 0
      ? []
      : [
          `    could read, in the history: ${gone.slice(0, shownFiles).map(printablePath).join(', ')}${gone.length > shownFiles ? ` and ${gone.length - shownFiles} more` : ''} (gone now)`,
        ]),
    '',
  ].join('\n');
}

function fileLines(file: FormerFile): string[] {
  const listed = file.listed === null ? '' : `; last listed in ${moment(file.listed)}`;
  const reads =
    file.reads === 'now'
      ? `still has its data key${listed}. First: sopskit rotate -i ${shellWord(file.path)}`
      : `read it up to ${file.last === null ? 'now' : moment(file.last)}${listed}`;
  return [`    ${printablePath(file.path)}  ${reads}`, `      ${valuesLine(file)}`];
}

function valuesLine({ values, basis }: FormerFile): string {
  if (basis === 'unknown') return 'which values are still the same cannot be told without a key: change all';
  if (values === null || values.length === 0) return 'no value is the same since then';
  const more = values.length > shownValues ? ` and ${values.length - shownValues} more` : '';
  return `to be changed where they are used: ${values.slice(0, shownValues).join(' ')}${more}`;
}

function moment({ commit, time }: { readonly commit: string; readonly time: string }): string {
  return `${commit.slice(0, 10)} (${time.slice(0, 10)})`;
}
