import type { ByteText } from '../byte-text.ts';

/** What Go's unicode.IsSpace takes beyond ASCII, as UTF-8. */
const wideSpaces: ReadonlySet<ByteText> = new Set([
  '\xc2\x85',
  '\xc2\xa0',
  '\xe1\x9a\x80',
  ...Array.from({ length: 11 }, (_, i) => `\xe2\x80${String.fromCharCode(0x80 + i)}`),
  '\xe2\x80\xa8',
  '\xe2\x80\xa9',
  '\xe2\x80\xaf',
  '\xe2\x81\x9f',
  '\xe3\x80\x80',
]);

/** Offset of the first character from `start` on, before `end`, that is not white space; `end` where all is. */
export function skipSpace(text: ByteText, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === 0x20 || (code >= 0x09 && code <= 0x0d)) at++;
    else if (code < 0x80) break;
    else if (wideSpaces.has(text.slice(at, at + 2))) at += 2;
    else if (wideSpaces.has(text.slice(at, at + 3))) at += 3;
    else break;
  }
  return Math.min(end, at);
}

/** Offset behind the last character before `end`, from `start` on, that is not white space; `start` where all is. */
export function trimSpace(text: ByteText, start: number, end: number): number {
  let at = end;
  while (at > start) {
    const code = text.charCodeAt(at - 1);
    if (code === 0x20 || (code >= 0x09 && code <= 0x0d)) at--;
    else if (code < 0x80) break;
    else if (at - 2 >= start && wideSpaces.has(text.slice(at - 2, at))) at -= 2;
    else if (at - 3 >= start && wideSpaces.has(text.slice(at - 3, at))) at -= 3;
    else break;
  }
  return at;
}

/** Go's strings.TrimSpace. */
export function trimmed(text: ByteText): ByteText {
  const start = skipSpace(text, 0, text.length);
  return text.slice(start, trimSpace(text, start, text.length));
}

/** Offset behind the line break of the line at `start`, or the end of the text. */
export function lineEndAt(text: ByteText, start: number): number {
  const lineBreak = text.indexOf('\n', start);
  return lineBreak === -1 ? text.length : lineBreak + 1;
}

/** Start of the line that an offset is on; behind the byte order mark on the first one. */
export function lineStartAt(text: ByteText, at: number): number {
  const lineBreak = at === 0 ? -1 : text.lastIndexOf('\n', at - 1);
  return lineBreak === -1 ? Math.min(at, byteOrderMark(text)) : lineBreak + 1;
}

/** The length of a byte order mark of UTF-8 or UTF-16, which ini.v1 skips; 0 where there is none. */
export function byteOrderMark(text: ByteText): number {
  if (text.startsWith('\xef\xbb\xbf')) return 3;
  return text.startsWith('\xfe\xff') || text.startsWith('\xff\xfe') ? 2 : 0;
}
