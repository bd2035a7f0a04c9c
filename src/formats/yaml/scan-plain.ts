import { isBlank, isBlankOrEnd, isBreak, isHighSurrogate } from './scan-character.ts';
import { atDocumentIndicator } from './scan-indicator.ts';
import type { ScanState } from './scan-state.ts';

/** Scans a plain scalar (yaml_parser_scan_plain_scalar) and puts its token into the queue. */
export function scanPlain(scan: ScanState): void {
  const mark = scan.mark();
  skipInk(scan);
  if (!isBlank(scan.code()) && !isBreak(scan.code())) {
    // One word, as most keys are.
    scan.insert(-1, scan.scalar(mark, scan.pos, scan.text.slice(mark.index, scan.pos), 'plain'));
    return;
  }
  const fold = new LineFold(scan, mark.index);
  for (;;) {
    skipSpace(scan, fold);
    if (scan.flowLevel === 0 && scan.column <= scan.indent) break;
    if (scan.column === 0 && atDocumentIndicator(scan)) break;
    if (scan.code() === 0x23) break;
    const from = scan.pos;
    skipInk(scan);
    if (scan.pos > from) fold.ink(from, scan.pos);
    const code = scan.code();
    if (!isBlank(code) && !isBreak(code)) break;
  }
  scan.insert(-1, scan.scalar(mark, fold.end, fold.text(), 'plain'));
  if (fold.broken) scan.simpleKeyAllowed = true;
}

/** Steps over the characters up to the next blank, break or indicator that ends a plain scalar. */
function skipInk(scan: ScanState): void {
  const { text, pos: from } = scan;
  const inFlow = scan.flowLevel > 0;
  let pos = from;
  let pairs = 0;
  for (;;) {
    const code = text.charCodeAt(pos);
    if (code <= 0x20) break;
    if (code === 0x3a && isBlankOrEnd(text.charCodeAt(pos + 1))) break;
    if (inFlow && isFlowIndicator(code)) break;
    if (code >= 0x80) {
      if (code === 0x85 || code === 0x2028 || code === 0x2029) break;
      if (isHighSurrogate(code)) pairs += 1;
    }
    pos += 1;
  }
  if (pos > from) scan.newlines = 0;
  scan.advance(pos, pairs);
}

/** `, ? [ ] { }` */
function isFlowIndicator(code: number): boolean {
  return code === 0x2c || code === 0x3f || code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d;
}

function skipSpace(scan: ScanState, fold: LineFold): void {
  for (;;) {
    const code = scan.code();
    if (isBlank(code)) {
      if (fold.broken && scan.column <= scan.indent && code === 0x09) scan.fail('plain-tab');
      scan.pos += 1;
    } else if (isBreak(code)) {
      fold.lineBreak(scan.skipBreak());
    } else {
      return;
    }
  }
}

/** Gathers the lines of a plain scalar: white space inside a line is kept, a single line break becomes a space. */
class LineFold {
  /** Behind the last character of the scalar. */
  end: number;
  /** Whether a line break was met since the last character. */
  broken = false;
  private readonly scan: ScanState;
  private segment: number;
  private done = '';
  private firstBreak = '';
  private moreBreaks = '';

  /** The scalar began at `start`; the scan stands behind its first word. */
  constructor(scan: ScanState, start: number) {
    this.scan = scan;
    this.segment = start;
    this.end = scan.pos;
  }

  ink(from: number, to: number): void {
    if (this.broken) {
      this.done += this.scan.text.slice(this.segment, this.end) + joinLines(this.firstBreak, this.moreBreaks);
      this.segment = from;
      this.broken = false;
      this.firstBreak = '';
      this.moreBreaks = '';
    }
    this.end = to;
  }

  lineBreak(text: string): void {
    if (this.broken) this.moreBreaks += text;
    else this.firstBreak = text;
    this.broken = true;
  }

  text(): string {
    return this.done + this.scan.text.slice(this.segment, this.end);
  }
}

/** What a run of line breaks becomes between two lines of a plain, quoted or folded scalar. */
export function joinLines(firstBreak: string, moreBreaks: string): string {
  if (firstBreak !== '\n') return firstBreak + moreBreaks;
  return moreBreaks === '' ? ' ' : moreBreaks;
}
