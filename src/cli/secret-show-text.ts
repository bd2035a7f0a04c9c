import { printablePath } from '../system/path-text.ts';
/** What `secret show --json` prints. Never a value. */
export interface ShownFile {
  /** As typed. */
  readonly file: string;
  readonly encrypted: boolean;
  /** Whether the values could be looked at: the file is in clear, or a key here opens it. */
  readonly opened: boolean;
  /** Why not, in one line. */
  readonly problem: string | null;
  /** `kind` as the metadata calls it: age, pgp, kms, … */
  readonly recipients: readonly ShownRecipient[];
  /** How many of several key groups are needed; `null` where there is one group, any key of which is enough. */
  readonly threshold: number | null;
  readonly secrets: readonly ShownSecret[];
}

export interface ShownRecipient {
  readonly kind: string;
  readonly id: string;
  /** The key group, from 1. */
  readonly group: number;
}

export interface ShownSecret {
  /** Which document of the file, from 1. */
  readonly document: number;
  /** For people: `Secret app/db`. */
  readonly title: string;
  readonly name: string | null;
  readonly namespace: string | null;
  readonly type: string;
  readonly keys: readonly ShownKey[];
}

export interface ShownKey {
  readonly key: string;
  readonly field: 'data' | 'stringData';
  readonly encrypted: boolean;
  /** Length of the value as a container sees it; `null` where it cannot be known. */
  readonly bytes: number | null;
  /** What the length is at most; the ciphertext tells that without a key. */
  readonly atMost: number | null;
  /** `invalid`: not base64 in `data`, or no text. */
  readonly content: 'text' | 'binary' | 'empty' | 'invalid' | 'unknown';
  readonly lines: number | null;
}

/** Prints it for people. */
export function showText(shown: ShownFile): string {
  const lines = [statusLine(shown), ...recipientLines(shown)];
  if (!shown.opened && shown.problem !== null) lines.push(`not opened here: ${shown.problem}`);
  for (const secret of shown.secrets) {
    const { title, type, keys } = secret;
    lines.push('', `${title}, type ${printablePath(type)}${keys.length === 0 ? ', without values' : ''}`);
    const rows = keys.map((key) => [printablePath(key.key), sizeText(key), contentText(key)] as const);
    const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => (row[column] ?? '').length)));
    for (const [key, size, content] of rows) {
      lines.push(`  ${key.padEnd(widths[0] ?? 0)}  ${size.padStart(widths[1] ?? 0)}  ${content}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function statusLine({ file, encrypted, threshold }: ShownFile): string {
  const groups = threshold === null ? '' : ` one key each of ${threshold} of these groups`;
  return encrypted
    ? `${printablePath(file)}: encrypted for${groups}`
    : `${printablePath(file)}: NOT encrypted`;
}

function recipientLines({ recipients, threshold }: ShownFile): string[] {
  return recipients.flatMap(({ kind, id, group }, index) => {
    const isFirst = threshold !== null && recipients[index - 1]?.group !== group;
    const indent = threshold === null ? '  ' : '    ';
    return [...(isFirst ? [`  group ${group}`] : []), `${indent}${kind} ${id}`];
  });
}

function sizeText({ bytes, atMost }: ShownKey): string {
  if (bytes !== null) return `${bytes} B`;
  return atMost === null ? '?' : `≤ ${atMost} B`;
}

function contentText({ field, content, lines, encrypted }: ShownKey): string {
  const what = {
    text: lines !== null && lines > 1 ? `text, ${lines} lines` : 'text',
    binary: 'binary',
    empty: 'empty',
    invalid: 'NOT BASE64',
    unknown: '',
  }[content];
  const notes = [
    what,
    field === 'stringData' ? 'stringData' : '',
    encrypted || content === 'empty' ? '' : 'READABLE',
  ];
  return notes.filter((note) => note !== '').join(', ');
}
