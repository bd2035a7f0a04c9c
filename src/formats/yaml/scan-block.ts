import { isBlank, isBreak, isBreakOrEnd, isDigit } from './scan-character.ts';
import { scanTrailingComment } from './scan-comment.ts';
import type { ScanState } from './scan-state.ts';
import type { Mark } from './scan-token.ts';

/** `clip` keeps one line break at the end, `strip` (-) none, `keep` (+) all. */
type Chomping = 'clip' | 'strip' | 'keep';

/** Scans a literal or folded scalar (yaml_parser_scan_block_scalar) and puts its token into the queue. */
export function scanBlock(scan: ScanState, style: 'literal' | 'folded'): void {
  const mark = scan.mark();
  scan.skip();
  const { chomping, increment } = takeHeader(scan, mark);
  const bodyStart = scan.pos;
  const asked = increment === 0 ? 0 : Math.max(scan.indent, 0) + increment;
  const body = new BlockBody(scan, asked);
  body.run(style === 'literal');
  const value =
    body.text + (chomping === 'strip' ? '' : body.lineEnd) + (chomping === 'keep' ? body.breaks : '');
  const end = chomping === 'keep' ? body.breaksEnd : body.end;
  scan.insert(-1, scan.scalar(mark, end, value, style, { bodyStart, indent: body.indent }));
}

/** Takes the rest of the line behind `|` or `>`, with its comment and its line break. */
function takeHeader(scan: ScanState, mark: Mark): { chomping: Chomping; increment: number } {
  let chomping = takeChomping(scan);
  const increment = takeIncrement(scan);
  if (chomping === 'clip' && increment > 0) chomping = takeChomping(scan);
  while (isBlank(scan.code())) scan.skip();
  if (scan.code() === 0x23) {
    scanTrailingComment(scan, mark.index);
    while (!isBreakOrEnd(scan.code())) scan.skip();
  }
  if (!isBreakOrEnd(scan.code())) scan.fail('block-header');
  scan.skipBreak();
  return { chomping, increment };
}

function takeChomping(scan: ScanState): Chomping {
  const code = scan.code();
  if (code !== 0x2b && code !== 0x2d) return 'clip';
  scan.skip();
  return code === 0x2b ? 'keep' : 'strip';
}

function takeIncrement(scan: ScanState): number {
  const code = scan.code();
  if (!isDigit(code)) return 0;
  if (code === 0x30) scan.fail('block-indent-zero');
  scan.skip();
  return code - 0x30;
}

/** The lines of a block scalar. */
class BlockBody {
  text = '';
  /** The line break behind the last line. */
  lineEnd = '';
  /** The empty lines behind the last line. */
  breaks = '';
  indent: number;
  /** Behind the last line's break, and behind the last empty line. */
  end: number;
  breaksEnd: number;
  private readonly scan: ScanState;

  constructor(scan: ScanState, indent: number) {
    this.scan = scan;
    this.indent = indent;
    this.end = scan.pos;
    this.breaksEnd = scan.pos;
  }

  run(literal: boolean): void {
    const { scan } = this;
    const parts: string[] = [];
    let leadingBlank = false;
    this.takeBreaks();
    while (scan.column === this.indent && scan.pos < scan.length) {
      const blank = isBlank(scan.code());
      if (!literal && !leadingBlank && !blank && this.lineEnd === '\n') {
        if (this.breaks === '') parts.push(' ');
      } else {
        parts.push(this.lineEnd);
      }
      parts.push(this.breaks);
      this.breaks = '';
      leadingBlank = blank;
      parts.push(scan.takeLine());
      this.lineEnd = scan.skipBreak();
      this.end = scan.pos;
      this.takeBreaks();
    }
    this.text = parts.join('');
  }

  /** Takes indentation and empty lines (yaml_parser_scan_block_scalar_breaks); finds the indentation out if need be. */
  private takeBreaks(): void {
    const { scan } = this;
    let widest = 0;
    this.breaksEnd = scan.pos;
    for (;;) {
      while (this.isIndentation() && scan.code() === 0x20) scan.pos += 1;
      widest = Math.max(widest, scan.column);
      if (this.isIndentation() && scan.code() === 0x09) scan.fail('block-tab');
      if (!isBreak(scan.code())) break;
      this.breaks += scan.skipBreak();
      this.breaksEnd = scan.pos;
    }
    if (this.indent === 0) this.indent = Math.max(widest, scan.indent + 1, 1);
  }

  private isIndentation(): boolean {
    return this.indent === 0 || this.scan.column < this.indent;
  }
}
