import { placeText } from '../../../findings/place-text.ts';
import { printable } from '../../flux-doctor/printable.ts';
import { isToMend, type KeyReport, type ReportedCluster } from './key-report.ts';
import type { KeyFinding } from './key-rule.ts';
import { type KeyedKustomization, type SceneCluster, secretText } from './scene.ts';
import type { Verdict } from './verdict.ts';

const words: Readonly<Record<Verdict, string>> = {
  opens: 'opens all',
  fails: 'fails',
  stored: 'ciphertext is stored',
  nothing: 'nothing encrypted',
  unknown: 'cannot be told',
  untried: 'cluster not asked',
};

/** Prints a report for people: a line a Kustomization, the findings with what mends them, the sum. */
export function reportText(report: KeyReport, colour: boolean): string {
  const lines = report.clusters.flatMap((one) => [...clusterLines(one), '']);
  for (const finding of report.findings) lines.push(...findingLines(finding, colour), '');
  for (const missed of report.missed) lines.push(`not read: ${printable(missed)}`);
  if (report.missed.length > 0) lines.push('');
  lines.push(sum(report));
  return `${lines.join('\n')}\n`;
}

function clusterLines({ cluster, verdicts }: ReportedCluster): readonly string[] {
  const { name, model, live, kustomizations } = cluster;
  const context = live === null ? '' : `context ${live.cluster.context} (${live.cluster.server})`;
  const title = [model === null ? '' : name, context].filter((part) => part !== '').join(', ');
  const rows = kustomizations.map((one) => [
    one.key,
    one.provider ?? '-',
    secretOf(one, cluster),
    filesOf(one),
    words[verdicts.get(one.key) ?? 'unknown'],
  ]);
  const head = ['KUSTOMIZATION', 'PROVIDER', 'SECRET', 'FILES', 'VERDICT'];
  const widths = head.map((word, column) =>
    Math.max(word.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    `  ${row.map((cell, column) => printable(cell).padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd();
  if (rows.length === 0) return [`${printable(title)}: no Kustomizations`];
  return [printable(title), line(head), ...rows.map(line)];
}

function secretOf({ secret, global, provider }: KeyedKustomization, { live }: SceneCluster): string {
  if (secret === null) return provider === null ? '-' : 'none';
  const seen = live?.secrets.get(secretText(secret));
  const states = { found: 'found', missing: 'not found', unread: 'may not be read' };
  const state = seen === undefined ? '' : `: ${states[seen.kind]}`;
  return `${secretText(secret)}${global ? ' (the controller’s)' : ''}${state}`;
}

function filesOf({ decryption }: KeyedKustomization): string {
  if (decryption === null) return '?';
  return `${decryption.sealed.length}${decryption.unknowns.length > 0 ? '+?' : ''}`;
}

function findingLines(
  { level, rule, cluster, place, message, fix, mend }: KeyFinding,
  colour: boolean,
): readonly string[] {
  const marks = { error: ['✗', 31], warning: ['!', 33], note: ['·', 36] } as const;
  const [mark, code] = marks[level];
  const paint = (style: number, text: string): string =>
    colour ? `\u001b[${style}m${text}\u001b[39m` : text;
  const where =
    place.file === undefined ? (cluster === null ? '' : `${cluster}: `) : `${placeText(place, place.file)}: `;
  return [
    `${paint(code, mark)} ${printable(`${where}${message}`)} [${rule.code}]`,
    `    ${printable(fix)}`,
    ...mend.map((command) => `    ${paint(32, '$')} ${printable(command)}`),
  ];
}

function sum(report: KeyReport): string {
  const { findings, unchecked, failure, missed } = report;
  const count = (level: KeyFinding['level']): number => findings.filter((one) => one.level === level).length;
  const notes = count('note');
  const parts = isToMend(report)
    ? [`${count('error') + count('warning')} to mend`]
    : [failure === null && missed.length === 0 ? 'nothing to mend' : 'nothing to mend in what was looked at'];
  if (notes > 0) parts.push(notes === 1 ? '1 note' : `${notes} notes`);
  if (unchecked.length > 0)
    parts.push(
      `the MAC of ${unchecked.length === 1 ? '1 file' : `${unchecked.length} files`} could not be checked`,
    );
  return parts.join('; ');
}
