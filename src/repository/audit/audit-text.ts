import { printablePath } from '../../system/path-text.ts';
import { shellWord } from '../check/shell-word.ts';
import type { Audit, AuditedFile, AuditedRecipient, DataKeyAge } from './audit.ts';
import { formerText } from './former-text.ts';
import { counted, Labels } from './labels.ts';
import { copiedValues } from './shared.ts';

/** So many files are listed under a heading; `--json` and `--html` have all. */
const shown = 20;
const shownFolders = 6;

/** Prints an audit for people. */
export function auditText(audit: Audit): string {
  const labels = new Labels(audit);
  const sections = [
    summary(audit),
    recipientTable(audit),
    section(
      'One key from loss: with that key lost, nobody opens these files again',
      audit.files.filter(({ keysToLose }) => keysToLose === 1),
      ({ path, groups }) => `${printablePath(path)}  (${labels.list(soleKeys(groups))})`,
    ),
    section('Recipients in no creation rule', staleRecipients(audit), ({ id, files }) => {
      return `${labels.of(id)}  still opens ${counted(files, 'file')}; sopskit rekey takes it out of them, with new data keys`;
    }),
    section(
      'Files whose recipients differ from their rule',
      audit.files.filter(({ rule }) => rule !== null && rule.extra.length + rule.missing.length > 0),
      ({ path, rule }) => `${printablePath(path)}  ${ruleDifference(rule, labels)}`,
    ),
    section(
      'Several keys must come together',
      audit.files.filter(({ groups }) => groups.length > 1),
      (file) => `${printablePath(file.path)}  ${togetherText(file, labels)}`,
    ),
    section('The same data key in several files', audit.sharedDataKeys, (shared) =>
      [
        `${shared.files.map(printablePath).join(', ')}  (${evidenceText[shared.evidence]})`,
        ...shared.hiddenReaders.map(
          ({ id, files }) =>
            `  ${labels.of(id)} is not listed in ${files.map(printablePath).join(', ')}, and can open it`,
        ),
      ].join('\n    '),
    ),
    section(
      'The same encrypted values in several files',
      copiedValues(audit.sharedValues),
      ({ files, values }) => {
        return `${files.map(printablePath).join(', ')}  ${values.join(' ')}`;
      },
    ),
    section('Files that a key here should open, and does not', audit.files.filter(isBroken), ({ path }) => {
      return `${printablePath(path)}  why: sopskit keys doctor ${shellWord(path)}`;
    }),
    formerText(audit, labels),
    section(
      'Oldest data keys',
      oldest(audit.files),
      ({ path, dataKey }) => `${printablePath(path)}  ${ageText(dataKey)}`,
    ),
    section('Could not be read', audit.unreadable, ({ path, reason }) => `${printablePath(path)}: ${reason}`),
    section('Notes', audit.notes, (note) => printablePath(note)),
  ];
  return sections.filter((text) => text !== '').join('\n');
}

function summary({ files, recipients, root }: Audit): string {
  const open = files.filter(({ opens }) => opens === 'yes').length;
  const untried = files.some(({ opens }) => opens === 'untried');
  const here = untried ? '' : `; ${open} of them open here`;
  return `${printablePath(root)}: ${counted(files.length, 'encrypted file')} for ${counted(recipients.length, 'recipient')}${here}\n`;
}

function recipientTable({ recipients }: Audit): string {
  if (recipients.length === 0) return '';
  return recipients.map(recipientLines).join('');
}

function recipientLines(recipient: AuditedRecipient): string {
  const { id, name, files, alone, folders, inRules, held } = recipient;
  const marks = [
    ...(alone < files ? [`${files - alone} only together with others`] : []),
    ...(inRules === false ? ['in no rule'] : []),
    ...(held === null ? [] : [`its key is here: ${printablePath(held)}`]),
  ];
  const title = name === null ? printablePath(id) : `${printablePath(name)}  ${printablePath(id)}`;
  const where = folders.slice(0, shownFolders).map((each) => `${printablePath(each.folder)} ${each.files}`);
  const more = folders.length > shownFolders ? [`and ${folders.length - shownFolders} folders more`] : [];
  return [
    `${String(files).padStart(5)}  ${title.length > 160 ? `${title.slice(0, 100)}…` : title}`,
    ...(marks.length > 0 ? [`       ${marks.join('; ')}`] : []),
    `       ${[...where, ...more].join(', ')}`,
    '',
  ].join('\n');
}

function section<Item>(title: string, items: readonly Item[], line: (item: Item) => string): string {
  if (items.length === 0) return '';
  const more = items.length > shown ? [`  and ${items.length - shown} more; --json and --html have all`] : [];
  const lines = items.slice(0, shown).map((item) => `  ${line(item)}`);
  return `${title} (${items.length})\n${[...lines, ...more].join('\n')}\n`;
}

export function staleRecipients({ recipients }: Audit): AuditedRecipient[] {
  return recipients.filter(({ inRules }) => inRules === false);
}

/** The keys whose loss alone loses a file. */
export function soleKeys(groups: AuditedFile['groups']): string[] {
  return groups.flatMap((group) => (new Set(group).size === 1 ? group.slice(0, 1) : []));
}

/** `any 2 of: alice, bob | carol`. */
export function togetherText({ groups, needed, alone }: AuditedFile, labels: Labels): string {
  const who = groups.map((group) => labels.list(group)).join(' | ');
  const warning =
    alone.length === 0 ? '' : `; ${labels.list(alone)} alone is enough, being in several groups`;
  return `any ${needed} of: ${who}${warning}`;
}

export function ruleDifference(rule: AuditedFile['rule'], labels: Labels): string {
  const { extra = [], missing = [] } = rule ?? {};
  return [
    ...(extra.length > 0 ? [`not in the rule: ${labels.list(extra)}`] : []),
    ...(missing.length > 0 ? [`missing: ${labels.list(missing)}`] : []),
  ].join('; ');
}

export const evidenceText = {
  opened: 'both were opened',
  wrapped: 'the same wrapped key stands in them',
  ciphertext: 'the same ciphertext stands in them',
  history: 'by their history',
} as const;

/** Since when, and how that is known. */
export function ageText({ since, source, commit }: DataKeyAge): string {
  const day = since?.slice(0, 10) ?? 'an unknown day';
  switch (source) {
    case 'git':
      return `since ${day} (git: commit ${commit?.slice(0, 10)})`;
    case 'created_at':
      return `since ${day} (created_at: the oldest recipient was added)`;
    case 'lastmodified':
      return `since ${day} or longer (lastmodified: values were changed)`;
    case 'worktree':
      return 'new: not committed yet';
  }
}

function isBroken({ opens }: AuditedFile): boolean {
  return opens === 'broken';
}

function oldest(files: readonly AuditedFile[]): AuditedFile[] {
  const dated = files.filter(({ dataKey }) => dataKey.since !== null);
  return dated.sort((a, b) => ((a.dataKey.since ?? '') < (b.dataKey.since ?? '') ? -1 : 1)).slice(0, 5);
}
