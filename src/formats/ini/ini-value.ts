import type { ByteText } from '../byte-text.ts';
import { lineEndAt, skipSpace, trimmed, trimSpace } from './ini-space.ts';

/** A value as it was read. Offsets are bytes; ends are exclusive. */
export interface IniValue {
  readonly value: ByteText;
  /**
   * From the value's first character, quotes included, to its last; behind closing quotes also what ini.v1 drops up
   * to the end of the line.
   */
  readonly start: number;
  readonly end: number;
  /** A comment behind the value, from its `;` or `#`. */
  readonly comment: { readonly start: number; readonly end: number } | null;
  /** Start of the next line to read. */
  readonly next: number;
}

/**
 * Reads the value that starts behind a delimiter, following ini.v1's readValue: three double quotes and backticks may
 * span lines, a `\` at the end continues the line, `;` and `#` start a comment anywhere outside of those quotes, and
 * one pair of quotes around it all is dropped. `null` where closing quotes are missing.
 */
export function readIniValue(text: ByteText, from: number): IniValue | null {
  const next = lineEndAt(text, from);
  const start = skipSpace(text, from, next);
  if (start === next) return { value: '', start: from, end: from, comment: null, next };
  const quote = text.startsWith('"""', start) && next - start > 3 ? '"""' : text[start] === '`' ? '`' : '';
  if (quote !== '') return readQuoted(text, start, next, quote);
  const end = trimSpace(text, start, next);
  if (text[end - 1] === '\\') return readContinued(text, start, end, next);
  const found = text.slice(start, end).search(/[#;]/);
  const valueEnd = found === -1 ? end : trimSpace(text, start, start + found);
  const comment = found === -1 ? null : { start: start + found, end };
  if (valueEnd === start) return { value: '', start: from, end: from, comment, next };
  return { value: unquote(text.slice(start, valueEnd)), start, end: valueEnd, comment, next };
}

function readQuoted(text: ByteText, start: number, lineEnd: number, quote: string): IniValue | null {
  const open = start + quote.length;
  const close = lastIndex(text, quote, open, lineEnd);
  if (close === -1) return readQuotedLines(text, start, lineEnd, quote);
  return {
    value: text.slice(open, close),
    start,
    end: trimSpace(text, start, lineEnd),
    comment: null,
    next: lineEnd,
  };
}

function readQuotedLines(text: ByteText, start: number, firstEnd: number, quote: string): IniValue | null {
  for (let at = firstEnd; at < text.length; ) {
    const next = lineEndAt(text, at);
    const close = lastIndex(text, quote, at, next);
    const behind =
      close === -1 ? '' : trimmed(text.slice(close + quote.length, next).replace(/[\r\n]+$/, ''));
    if (close !== -1 && !behind.endsWith('\\')) {
      const value = text.slice(start + quote.length, close);
      const end = trimSpace(text, close, next);
      const found = text.slice(close, end).search(/[#;]/);
      if (found === -1) return { value, start, end, comment: null, next };
      return {
        value,
        start,
        end: trimSpace(text, close, close + found),
        comment: { start: close + found, end },
        next,
      };
    }
    at = next;
  }
  return null;
}

function readContinued(text: ByteText, start: number, firstEnd: number, lineEnd: number): IniValue {
  const parts = [text.slice(start, firstEnd - 1)];
  let [end, next, open] = [firstEnd, lineEnd, true];
  while (open && next < text.length) {
    const lineStart = next;
    next = lineEndAt(text, lineStart);
    const from = skipSpace(text, lineStart, next);
    if (from === next) break;
    end = trimSpace(text, from, next);
    open = text[end - 1] === '\\';
    parts.push(text.slice(from, open ? end - 1 : end));
  }
  return { value: parts.join(''), start, end, comment: null, next };
}

function unquote(text: ByteText): ByteText {
  const [quote] = text;
  const paired =
    (quote === '"' || quote === "'") && text.length >= 2 && text.indexOf(quote, 1) === text.length - 1;
  return paired ? text.slice(1, -1) : text;
}

function lastIndex(text: ByteText, quote: string, from: number, to: number): number {
  const found = text.slice(from, to).lastIndexOf(quote);
  return found === -1 ? -1 : from + found;
}
