import { printablePath } from '../../system/path-text.ts';
import type { Audit, FormerFile, FormerRecipient } from './audit.ts';
import type { CommandPaths } from './command-paths.ts';
import { counted, type Labels } from './labels.ts';

const shownFiles = 10;
const shownValues = 8;

/** Prints the former recipients of an audit with history; empty without one. */
export function formerText({ history }: Audit, labels: Labels, commands: CommandPaths): string {
  if (history === null) return '';
  if (history.former.length === 0)
    return `Former recipients: none in ${counted(history.versions, 'version')} of ${history.range}\n`;
  const blocks = history.former.map((former) => formerBlock(former, labels, commands));
  return `Former recipients, and what they can still read (${history.former.length})\n${blocks.join('')}`;
}

function formerBlock(
  { id, name, elsewhere, files, gone }: FormerRecipient,
  labels: Labels,
  commands: CommandPaths,
): string {
  const who = name === null && id.length <= 160 ? printablePath(id) : labels.of(id);
  const key = name === null || id.length > 160 ? '' : `  ${printablePath(id)}`;
  const isHolding = files.some(({ from }) => from !== null);
  return [
    `  ${who}${key}${elsewhere ? ' (still a recipient of other files)' : ''}`,
    ...files.slice(0, shownFiles).flatMap((file) => fileLines(file, commands)),
    ...(files.length > shownFiles
      ? [`    and ${files.length - shownFiles} files more; --json and --html have all`]
      : []),
    ...(gone.length === 0
      ? []
      : [
          `    could read, in the history: ${gone.slice(0, shownFiles).map(printablePath).join(', ')}${gone.length > shownFiles ? ` and ${gone.length - shownFiles} more` : ''} (gone now${isHolding ? '' : ': change what is still in use of it'})`,
        ]),
    '',
  ].join('\n');
}

function fileLines(file: FormerFile, commands: CommandPaths): string[] {
  return [
    `    ${printablePath(file.path)}  ${readsText(file)}${file.reads === 'then' ? '' : ` First: sopskit rotate -i ${commands.one(file.path)}`}`,
    `      ${valuesLine(file)}`,
  ];
}

/** What a former recipient has of a file, in one sentence or two. */
export function readsText({ reads, alone, last, from, listed }: FormerFile): string {
  const was = listed === null ? '' : `; last listed in ${moment(listed)}`;
  const other = alone ? '' : ' (only together with keys of other groups)';
  const until = `read ${from === null ? 'it' : printablePath(from)} up to ${last === null ? 'now' : moment(last)}${other}${was}`;
  switch (reads) {
    case 'now':
      return `${alone ? 'still has its data key' : 'still has a part of its data key, which opens it only together with keys of other groups'}${was}.`;
    case 'then':
      return until;
    case 'unknown':
      return `${until}. Whether it still has the data key cannot be told without a key.`;
  }
}

/** What there is to change. */
export function valuesNote({ values, basis, alone }: FormerFile): string | null {
  if (basis === 'unknown') return 'which values are still the same cannot be told without a key: change all';
  if (basis === 'part' && (values ?? []).length === 0)
    return 'no value is the same in the versions that open here; others do not open: change what may have stood in them';
  if (values === null || values.length === 0) return 'no value of those versions is in the file today';
  return alone ? null : 'to be changed, if those keys came together:';
}

function valuesLine(file: FormerFile): string {
  const { values, basis } = file;
  const note = valuesNote(file);
  if (values === null || values.length === 0) return note ?? '';
  const more = values.length > shownValues ? ` and ${values.length - shownValues} more` : '';
  const rest = basis === 'part' ? '; and maybe more: some versions do not open here' : '';
  return `${note ?? 'to be changed where they are used:'} ${values.slice(0, shownValues).join(' ')}${more}${rest}`;
}

/** A commit and its day. */
export function moment({ commit, time }: { readonly commit: string; readonly time: string }): string {
  return `${commit.slice(0, 10)} (${time.slice(0, 10)})`;
}
