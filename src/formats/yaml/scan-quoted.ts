import { isBlank, isBlankOrEnd, isBreak, isHex, isHighSurrogate } from './scan-character.ts';
import { atDocumentIndicator } from './scan-indicator.ts';
import { joinLines } from './scan-plain.ts';
import type { ScanState } from './scan-state.ts';
import type { Mark } from './scan-token.ts';

/** Scans a quoted scalar (yaml_parser_scan_flow_scalar) and puts its token into the queue. */
export function scanQuoted(scan: ScanState, style: 'single' | 'double'): void {
  const mark = scan.mark();
  const quote = style === 'single' ? 0x27 : 0x22;
  let value = '';
  scan.skip();
  for (;;) {
    if (scan.column === 0 && atDocumentIndicator(scan)) scan.fail('document-in-quotes', mark);
    if (scan.pos >= scan.length) scan.fail('quote-open', mark);
    const [ink, escapedBreak] = takeInk(scan, style, mark);
    value += ink;
    if (scan.code() === quote) break;
    value += takeSpace(scan, escapedBreak);
  }
  scan.skip();
  scan.insert(-1, scan.scalar(mark, scan.pos, value, style));
}

/** Takes what stands before the next blank, break or closing quote. The flag says that `\` escaped a line break. */
function takeInk(
  scan: ScanState,
  style: 'single' | 'double',
  mark: Mark,
): [ink: string, escapedBreak: boolean] {
  const { text } = scan;
  let value = '';
  let from = scan.pos;
  for (;;) {
    skipPlainInk(scan);
    const code = text.charCodeAt(scan.pos);
    if (isBlankOrEnd(code)) break;
    if (style === 'single' && code === 0x27) {
      if (text.charCodeAt(scan.pos + 1) !== 0x27) break;
      value += text.slice(from, scan.pos + 1);
      scan.pos += 2;
      from = scan.pos;
    } else if (style === 'double' && code === 0x22) {
      break;
    } else if (style === 'double' && code === 0x5c) {
      value += text.slice(from, scan.pos);
      scan.skip();
      if (isBreak(scan.code())) {
        scan.skipBreak();
        return [value, true];
      }
      value += takeEscape(scan, mark);
      from = scan.pos;
    } else {
      scan.pos += 1;
      if (isHighSurrogate(code)) scan.skipPair();
    }
  }
  if (scan.pos > from || value !== '') scan.newlines = 0;
  return [value + text.slice(from, scan.pos), false];
}

/** Steps over what has no meaning of its own in either kind of quotes. */
function skipPlainInk(scan: ScanState): void {
  const { text } = scan;
  let { pos } = scan;
  for (;;) {
    const code = text.charCodeAt(pos);
    if (code <= 0x22 || code === 0x27 || code === 0x5c || code >= 0x80) break;
    pos += 1;
  }
  scan.pos = pos;
}

const escapes: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
};
const codeLengths: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Takes the escape whose backslash was just stepped over. */
function takeEscape(scan: ScanState, mark: Mark): string {
  const letter = scan.text.charAt(scan.pos);
  const plain = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined;
  const length = Object.hasOwn(codeLengths, letter) ? codeLengths[letter] : undefined;
  if (plain === undefined && length === undefined) scan.fail('escape-unknown', placeOf(scan, mark));
  scan.pos += 1;
  if (plain !== undefined) return plain;
  const digits = scan.text.slice(scan.pos, scan.pos + (length ?? 0));
  for (let at = 0; at < (length ?? 0); at += 1) {
    if (!isHex(digits.charCodeAt(at))) scan.fail('escape-code', placeOf(scan, mark));
  }
  const code = Number.parseInt(digits, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) scan.fail('escape-code', placeOf(scan, mark));
  scan.pos += digits.length;
  return String.fromCodePoint(code);
}

/** The escape's own place, on the line where the scan stands. */
function placeOf(scan: ScanState, mark: Mark): { readonly line: number; readonly column: number } {
  return scan.line === mark.line ? { line: scan.line, column: scan.column - 1 } : scan.mark();
}

/** Takes the blanks and breaks up to the next ink: blanks are kept, unless a line break stands among them. */
function takeSpace(scan: ScanState, escapedBreak: boolean): string {
  const from = scan.pos;
  let broken = escapedBreak;
  let firstBreak = '';
  let moreBreaks = '';
  for (;;) {
    const code = scan.code();
    if (isBlank(code)) {
      scan.pos += 1;
    } else if (isBreak(code)) {
      const text = scan.skipBreak();
      if (broken) moreBreaks += text;
      else firstBreak = text;
      broken = true;
    } else if (broken) {
      return joinLines(firstBreak, moreBreaks);
    } else {
      return scan.text.slice(from, scan.pos);
    }
  }
}
