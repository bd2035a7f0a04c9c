import { type ByteText, encodeText } from '../byte-text.ts';
import { trimmed } from './ini-space.ts';
import { readIniValue } from './ini-value.ts';

/** Spells a key's name as ini.v1 prints it. */
export function keySpelled(name: string): ByteText {
  const text = encodeText(name);
  if (/["=:]/.test(text)) return `\`${text}\``;
  return text.includes('`') ? `"""${text}"""` : text;
}

/** Spells a value as ini.v1 prints it, which not every value survives. */
export function valuePrinted(value: ByteText): ByteText {
  if (/[\n`]/.test(value)) return `"""${value}"""`;
  if (/[#;]/.test(value)) return `\`${value}\``;
  return trimmed(value) === value ? value : `"${value}"`;
}

/** The quotes around a value as written; empty where there are none. */
export function quotesOf(spelling: ByteText): string {
  if (spelling.length > 3 && spelling.startsWith('"""')) return '"""';
  const [first = ''] = spelling;
  if (first === '`') return first;
  const paired =
    (first === '"' || first === "'") &&
    spelling.length >= 2 &&
    spelling.indexOf(first, 1) === spelling.length - 1;
  return paired ? first : '';
}

/**
 * Spells a value so that it reads back: in the given quotes, else as ini.v1 prints it, else in whatever quotes do.
 * `null` where nothing does. `commented` says that a comment follows on the line.
 */
export function valueSpelled(value: ByteText, quotes: string, commented: boolean): ByteText | null {
  const candidates = [
    ...(quotes === '' ? [] : [quotes + value + quotes]),
    valuePrinted(value),
    ...['', '`', '"""', '"', "'"].map((other) => other + value + other),
  ];
  return candidates.find((candidate) => readsBack(candidate, value, commented)) ?? null;
}

function readsBack(candidate: ByteText, value: ByteText, commented: boolean): boolean {
  const line = `${candidate}${commented ? ' ;' : ''}\n`;
  const read = readIniValue(line, 0);
  return read?.value === value && read.next === line.length && (read.comment !== null) === commented;
}

/** The lines of a comment as ini.v1 prints them above a key or a section. */
export function commentPrinted(comment: ByteText, ofSection: boolean): ByteText[] {
  return comment.split('\n').map((line) => {
    if (/^[#;]/.test(line)) return `${line[0]} ${trimmed(line.slice(1))}`;
    // sops crashes on an empty line; it stays one comment line here.
    if (line === '') return ';';
    return `; ${ofSection ? line : trimmed(line)}`;
  });
}
