import { printablePath } from '../../system/path-text.ts';
import { shortId } from '../audit/labels.ts';
import type { Diagnosis, RecipientVerdict, Remark } from './diagnosis.ts';
import { placesDocument, placesText } from './places-text.ts';

const words = {
  opens: 'opens it',
  absent: 'its key is not here',
  mismatch: 'does not open it',
  damaged: 'damaged',
  failed: 'could not be used',
  unsupported: 'a kind of key that sopskit cannot use yet',
} as const;

/** Verdicts for which it matters where keys are. */
const aboutKeys: ReadonlySet<Diagnosis['verdict']> = new Set(['no-key', 'broken-key', 'keys', 'no-keys']);

/** The document of `keys doctor --json`. */
export function diagnosisDocument(diagnosis: Diagnosis): object {
  return { ...diagnosis, places: placesDocument(diagnosis.places).places };
}

/** Prints a diagnosis for people: the verdict first, the next step last. */
export function diagnosisText(diagnosis: Diagnosis): string {
  const { file, opens, verdict, reason, next, groups, needed, remarks, places } = diagnosis;
  const name = file === '' ? "''" : file;
  const head = file === null ? reason : opens ? `${name} ${reason}` : `${name} does not open: ${reason}`;
  const blocks = [
    `${printableLines(head)}\n`,
    groups.length === 0
      ? ''
      : `\nIts recipients${groups.length > 1 ? ` (${needed} of ${groups.length} groups)` : ''}:\n${groups.map(groupText).join('')}`,
    aboutKeys.has(verdict)
      ? `\nWhere keys were looked for:\n${indented(placesText(withoutProblems(places)))}`
      : '',
    remarks.length === 0 ? '' : `\nTo mend:\n${remarks.map(remarkText).join('')}`,
    next.length === 0 ? '' : `\nWhat to do:\n${next.map((step) => `  - ${printableLines(step)}\n`).join('')}`,
  ];
  return blocks.join('');
}

function groupText(group: readonly RecipientVerdict[], index: number, groups: readonly unknown[]): string {
  const head = groups.length > 1 ? `  group ${index + 1}\n` : '';
  return head + group.map(recipientText).join('');
}

function recipientText({ id, name, verdict, place, reason }: RecipientVerdict): string {
  const who = name === null ? shortId(id) : `${printablePath(name)} (${shortId(id)})`;
  const what = reason === '' ? words[verdict] : `${words[verdict]}: ${printablePath(reason)}`;
  const where = place === null ? '' : ` [${printablePath(place)}]`;
  return `  ${verdict === 'opens' ? '+' : '-'} ${who}: ${what}${where}\n`;
}

function remarkText({ text, hint }: Remark): string {
  return `  ! ${printablePath(hint === undefined ? text : `${text}. ${hint}`)}\n`;
}

/** What is wrong with a place stands under "To mend". */
function withoutProblems(places: Diagnosis['places']): Diagnosis['places'] {
  return places.map((place) => ({ ...place, problems: [] }));
}

/** Messages may have several lines; nothing else in them may move the cursor. */
function printableLines(text: string): string {
  return text.split('\n').map(printablePath).join('\n');
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
