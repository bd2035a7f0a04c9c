import { printablePath } from '../../system/path-text.ts';
import type { Audit, AuditedFile, AuditedRecipient, DataKeyAge, SharedDataKey } from './audit.ts';
import { CommandPaths } from './command-paths.ts';
import { fileTable, letterOf } from './file-table.ts';
import { formerText, moment } from './former-text.ts';
import { counted, Labels } from './labels.ts';
import { copiedValues } from './shared.ts';

/** So many files are listed under a heading; `--json` and `--html` have all. */
const shown = 20;
const shownFolders = 6;

/** Prints an audit for people. Commands in it are for the folder (absolute) that one is in. */
export function auditText(audit: Audit, folder: string): string {
  const labels = new Labels(audit);
  const commands = new CommandPaths(audit.root, folder);
  const sections = [
    summary(audit),
    section('Configurations that cannot be read', audit.configurationProblems, (text) => printablePath(text)),
    recipientTable(audit),
    fileTable(audit),
    ...fileSections(audit, labels, commands),
    ...sharedSections(audit, labels, commands),
    formerText(audit, labels, commands),
    section(
      'Several keys are needed today, and this one had the data key alone before',
      audit.history?.keptAlone ?? [],
      ({ path, ids }) =>
        `${printablePath(path)}  (${labels.list(ids)}); a new data key: sopskit rotate -i ${commands.one(path)}`,
    ),
    section(
      'Plaintext in the history: whoever has a clone can read it',
      audit.history?.plain ?? [],
      (found) => `${printablePath(found.path)}  last so in ${moment(found)}; change its values`,
    ),
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

function fileSections(audit: Audit, labels: Labels, commands: CommandPaths): string[] {
  return [
    section(
      'One key from loss: with that key lost, nobody opens these files again',
      audit.files.filter(({ keysToLose }) => keysToLose === 1),
      ({ path, groups }) => `${printablePath(path)}  (${labels.list(soleKeys(groups))})`,
      (files) =>
        `To add a second recipient, name it in .sops.yaml and run: sopskit updatekeys ${commands.all(paths(files))}`,
    ),
    section('Recipients in no creation rule', staleRecipients(audit), ({ id, files }) => {
      const listing = audit.files.filter(({ groups }) => groups.flat().includes(id));
      return `${labels.of(id)}  still opens ${counted(files, 'file')}. Take it out, with new data keys: sopskit rekey ${commands.all(paths(listing))}`;
    }),
    section(
      'Files whose recipients differ from their rule',
      audit.files.filter(({ rule }) => rule !== null && rule.extra.length + rule.missing.length > 0),
      ({ path, rule }) => `${printablePath(path)}  ${ruleDifference(rule, labels)}`,
      (files) => `To make them the same, with new data keys: sopskit rekey ${commands.all(paths(files))}`,
    ),
    section(
      'Several keys must come together',
      audit.files.filter(({ groups }) => groups.length > 1),
      (file) => `${printablePath(file.path)}  ${togetherText(file, labels)}`,
    ),
    section('Files that a key here should open, and does not', audit.files.filter(isBroken), ({ path }) => {
      return `${printablePath(path)}  why: sopskit keys doctor ${commands.one(path)}`;
    }),
  ];
}

function sharedSections(audit: Audit, labels: Labels, commands: CommandPaths): string[] {
  return [
    section('The same data key in several files', audit.sharedDataKeys, (shared) =>
      [
        `${shared.files.map(printablePath).join(', ')}  (${evidenceText[shared.evidence]})`,
        ...shared.hiddenReaders.map(
          ({ id, files }) =>
            `  ${labels.of(id)} is not listed in ${files.map(printablePath).join(', ')}, and ${canOpen(shared)}`,
        ),
        `  A new one for each: sopskit rotate -i ${commands.all(shared.files)}`,
      ].join('\n    '),
    ),
    section(
      'The same encrypted values in several files',
      copiedValues(audit.sharedValues),
      ({ files, values }) => `${files.map(printablePath).join(', ')}  ${values.join(' ')}`,
    ),
  ];
}

/** Ciphertext that is the same makes it likely, and no more. */
export function canOpen({ evidence }: Pick<SharedDataKey, 'evidence'>): string {
  return evidence === 'ciphertext' || evidence === 'history' ? 'can probably open it' : 'can open it';
}

function paths(files: readonly AuditedFile[]): string[] {
  return files.map(({ path }) => path);
}

function summary({ files, recipients, root }: Audit): string {
  const open = files.filter(({ opens }) => opens === 'yes').length;
  const untried = files.some(({ opens }) => opens === 'untried');
  const asked = files.filter(({ opens }) => opens === 'ask').length;
  const ask = asked === 0 ? '' : `, ${asked} would have to be asked for`;
  const here = untried ? '' : `; ${open} of them open here${ask}`;
  return `${printablePath(root)}: ${counted(files.length, 'encrypted file')} for ${counted(recipients.length, 'recipient')}${here}\n`;
}

function recipientTable({ recipients }: Audit): string {
  if (recipients.length === 0) return '';
  return recipients.map((recipient, index) => recipientLines(recipient, letterOf(index))).join('');
}

function recipientLines(recipient: AuditedRecipient, letter: string): string {
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
    `${letter.padStart(2)} ${String(files).padStart(5)}  ${title.length > 160 ? `${title.slice(0, 100)}…` : title}`,
    ...(marks.length > 0 ? [`          ${marks.join('; ')}`] : []),
    `          ${[...where, ...more].join(', ')}`,
    '',
  ].join('\n');
}

function section<Item>(
  title: string,
  items: readonly Item[],
  line: (item: Item) => string,
  advice?: (items: readonly Item[]) => string,
): string {
  if (items.length === 0) return '';
  const more = items.length > shown ? [`  and ${items.length - shown} more; --json and --html have all`] : [];
  const lines = items.slice(0, shown).map((item) => `  ${line(item)}`);
  const last = advice === undefined ? [] : [`  ${advice(items)}`];
  return `${title} (${items.length})\n${[...lines, ...more, ...last].join('\n')}\n`;
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
  ciphertext: 'probably: the same ciphertext stands in them',
  history: 'probably: by their history',
} as const;

/** Since when, and how that is known. */
export function ageText({ since, source, commit, atLeast }: DataKeyAge): string {
  const day = `${since?.slice(0, 10) ?? 'an unknown day'}${atLeast ? ' or longer' : ''}`;
  switch (source) {
    case 'git':
      return `since ${day} (git: commit ${commit?.slice(0, 10)})`;
    case 'created_at':
      return `since ${day} (created_at: the oldest recipient was added)`;
    case 'lastmodified':
      return `since ${day} (lastmodified: values were changed)`;
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
