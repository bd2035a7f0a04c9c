import { isBlank, isBreak, isBreakOrEnd } from './scan-character.ts';
import type { ScanState } from './scan-state.ts';
import type { Mark, PendingComment, ScannedLine } from './scan-token.ts';

/** go-yaml looks no further for a comment than this many bytes of white space. */
const lookAhead = 512;
/** Stands for the second byte of a line break that go-yaml, which counts bytes here, does not recognise. */
const insideBreak = -1;

const none: readonly ScannedLine[] = [];
const blankLine: ScannedLine = { text: '', start: 0, end: 0, line: 0, column: 0 };

/**
 * Takes the comment behind the token that was just scanned, on the same line.
 * Follows yaml_parser_scan_line_comment; `token` is the start of the token that the comment belongs to.
 */
export function scanTrailingComment(scan: ScanState, token: number): void {
  if (scan.newlines > 0) return;
  let ahead = 0;
  while (ahead < lookAhead && isBlank(scan.code(ahead))) ahead += 1;
  if (ahead === lookAhead || scan.code(ahead) !== 0x23) return;
  skipTo(scan, scan.pos + ahead);
  const { line, column, pos } = scan;
  const trailing = [takeComment(scan)];
  scan.comments.push(pending({ start: pos, startLine: line, startColumn: column, token, trailing }));
}

/**
 * Takes the comment lines that begin at the `#` here, and splits them into the foot of what came before and the head
 * of what comes next. Follows yaml_parser_scan_comments; `from` is where the scan for the next token began.
 */
export function scanComments(scan: ScanState, from: Mark): void {
  new CommentScan(scan, from).run();
}

class CommentScan {
  private readonly scan: ScanState;
  private from: number;
  private token: number;
  private readonly closesValue: boolean;
  private readonly footLine: number;
  private start = { index: 0, line: 0, column: 0 };
  private text: ScannedLine[] = [];
  private peek = 0;
  private line: number;
  private column: number;
  private nextIndent: number;
  private recentEmpty = false;
  private firstEmpty: boolean;

  constructor(scan: ScanState, from: Mark) {
    this.scan = scan;
    this.from = from.index;
    let token = scan.lastToken();
    if (token?.kind === 'flow-entry') token = scan.lastToken(2) ?? token;
    this.token = token?.start ?? 0;
    this.closesValue = token?.kind === 'value';
    this.line = scan.line;
    this.column = scan.column;
    this.nextIndent = Math.max(scan.indent, 0);
    this.firstEmpty = scan.newlines <= 1;
    this.footLine = from.line > 0 ? footLineOf(scan) : -1;
  }

  run(): void {
    const { scan } = this;
    let half = false;
    for (; this.peek < lookAhead; this.peek += 1) {
      this.column += 1;
      const code = half ? insideBreak : scan.code(this.peek);
      if (isBlank(code)) continue;
      const closing = scan.flowLevel > 0 && (code === 0x5d || code === 0x7d);
      if (closing || isBreakOrEnd(code)) {
        this.endLine(closing, code);
        if (!isBreak(code)) break;
        half = isWide(code);
        continue;
      }
      if (this.text.length > 0 && this.column - 1 < this.nextIndent && this.column !== this.start.column)
        this.flushFoot();
      if (code !== 0x23) break;
      half = this.takeCommentLine();
    }
    if (this.text.length > 0) this.flushHead();
  }

  /** An empty line, the end of the text, or the end of a flow collection: what was gathered may be a foot. */
  private endLine(closing: boolean, code: number): void {
    if (this.text.length > 0 && (closing || !this.recentEmpty)) {
      if (closing || this.isFoot()) {
        if (this.start.column - 1 < this.nextIndent) this.token = this.start.index;
        this.flushFoot();
      } else if (code !== 0) {
        this.text.push(blankLine);
      }
    }
    if (!isBreak(code)) return;
    this.firstEmpty = false;
    this.recentEmpty = true;
    this.column = 0;
    this.line += 1;
  }

  private isFoot(): boolean {
    if (!this.firstEmpty) return false;
    return (
      (this.start.line === this.footLine && !this.closesValue) || this.start.column - 1 < this.nextIndent
    );
  }

  /** Takes one comment line; the break behind it is stepped over unseen. True if that break hides a second byte. */
  private takeCommentLine(): boolean {
    const { scan } = this;
    const index = scan.pos + this.peek;
    if (this.text.length === 0) this.start = { index, line: this.line, column: this.column };
    this.recentEmpty = false;
    skipTo(scan, index);
    this.text.push(takeComment(scan));
    this.peek = 0;
    this.column = 0;
    this.line = scan.line;
    this.nextIndent = Math.max(scan.indent, 0);
    return isWide(scan.code());
  }

  private flushFoot(): void {
    const end = this.scan.pos + this.peek;
    this.push({ end, token: this.token, foot: this.text });
    this.from = end;
    this.token = end;
    this.text = [];
  }

  private flushHead(): void {
    this.push({ end: this.scan.pos + this.peek - 1, token: this.start.index, head: this.text });
  }

  private push(fields: Partial<PendingComment>): void {
    const { index, line, column } = this.start;
    this.scan.comments.push(
      pending({ scan: this.from, start: index, startLine: line, startColumn: column, ...fields }),
    );
  }
}

/** The line where a comment must start to be still the foot of what came before. */
function footLineOf(scan: ScanState): number {
  const line = scan.line - scan.newlines + 1;
  return scan.newlines === 0 && scan.column > 1 ? line + 1 : line;
}

/** Whether a line break takes more than one byte in UTF-8. */
function isWide(code: number): boolean {
  return code === 0x85 || code === 0x2028 || code === 0x2029;
}

/** Steps over the blanks and line breaks before `index`. */
function skipTo(scan: ScanState, index: number): void {
  while (scan.pos < index) {
    if (scan.skipBreak() === '') scan.skip();
  }
}

/** Takes the rest of the line as a comment line. */
export function takeComment(scan: ScanState): ScannedLine {
  const { pos: start, line, column } = scan;
  const text = scan.takeLine();
  const taken = { text, start, end: scan.pos, line: line + 1, column: column + 1 };
  scan.lines.push(taken);
  return taken;
}

function pending(fields: Partial<PendingComment>): PendingComment {
  const empty = { scan: 0, token: 0, start: 0, startLine: 0, startColumn: 0, end: 0 };
  return { ...empty, head: none, trailing: none, foot: none, ...fields };
}
