import type { YamlNode } from './node.ts';
import type { Problem } from './read-problem.ts';
import { syntaxError } from './read-problem.ts';
import { isBlank, isBreakOrEnd, isHighSurrogate } from './scan-character.ts';
import type { Mark, PendingComment, ScannedLine, SimpleKey, Token, TokenKind } from './scan-token.ts';

const maxTokensKept = 512;

/**
 * Where a scan stands: the position, the token queue, the stack of indentations and of possible simple keys, the
 * comments seen. Follows yaml_parser_t of go-yaml v3.0.4. Positions are UTF-16 offsets; what go-yaml counts in
 * characters (columns, the length of a key) is counted in characters here too.
 */
export class ScanState {
  /** The text, with NULs behind it that say "the end" to every look-ahead. */
  readonly text: string;
  readonly length: number;
  pos = 0;
  line = 0;
  /** Line breaks since the last character that is neither blank nor break. */
  newlines = 0;
  indent = -1;
  flowLevel = 0;
  simpleKeyAllowed = true;
  readonly indents: number[] = [];
  /** One for each flow level, and one for the block level below them. */
  readonly simpleKeys: SimpleKey[] = [];
  readonly simpleKeyOf: Map<number, number> = new Map();

  tokens: Token[] = [];
  tokensHead = 0;
  tokensParsed = 0;

  readonly comments: PendingComment[] = [];
  /** Every comment line of the text, in order, whether or not a node gets it. */
  readonly lines: ScannedLine[] = [];

  /** The offset that column 0 of the current line would have, if every character were one UTF-16 unit. */
  private base = 0;
  private readonly bottomKey: SimpleKey = this.simpleKey(0, false);

  constructor(text: string) {
    this.text = `${text}\0\0\0\0`;
    this.length = text.length;
  }

  get column(): number {
    return this.pos - this.base;
  }

  mark(): Mark {
    return { index: this.pos, line: this.line, column: this.pos - this.base };
  }

  /** A key that may begin here, or cannot. */
  simpleKey(token: number, possible: boolean, required = false): SimpleKey {
    return { index: this.pos, line: this.line, column: this.pos - this.base, token, possible, required };
  }

  /** Lets a key begin here instead of where it was. */
  moveKey(key: SimpleKey, token: number, required: boolean): void {
    key.index = this.pos;
    key.line = this.line;
    key.column = this.pos - this.base;
    key.token = token;
    key.required = required;
    key.possible = true;
  }

  code(ahead = 0): number {
    return this.text.charCodeAt(this.pos + ahead);
  }

  /** Steps over one character that is not a line break. */
  skip(): void {
    const code = this.text.charCodeAt(this.pos);
    if (!isBlank(code)) this.newlines = 0;
    this.pos += 1;
    if (isHighSurrogate(code)) this.skipPair();
  }

  /** Steps over the second half of a surrogate pair, which takes no column. */
  skipPair(): void {
    this.pos += 1;
    this.base += 1;
  }

  /** Steps to `pos` on the same line; `pairs` is how many surrogate pairs stand between. */
  advance(pos: number, pairs: number): void {
    this.pos = pos;
    this.base += pairs;
  }

  /** Steps to the end of the line, and returns what stood before it. Columns are of no use until the next line. */
  takeLine(): string {
    const { text, pos: from } = this;
    let pos = from;
    let code = text.charCodeAt(pos);
    let ink = false;
    while (code !== 0x0a && !isBreakOrEnd(code)) {
      if (code > 0x20) ink = true;
      pos += 1;
      code = text.charCodeAt(pos);
    }
    if (ink) this.newlines = 0;
    this.pos = pos;
    return text.slice(from, pos);
  }

  /** Steps over a line break, if one is here, and returns what it means in a scalar. */
  skipBreak(): string {
    const code = this.text.charCodeAt(this.pos);
    if (code === 0x0d) this.pos += this.text.charCodeAt(this.pos + 1) === 0x0a ? 2 : 1;
    else if (code === 0x0a || code === 0x85 || code === 0x2028 || code === 0x2029) this.pos += 1;
    else return '';
    this.base = this.pos;
    this.line += 1;
    this.newlines += 1;
    if (code === 0x2028) return '\u2028';
    return code === 0x2029 ? '\u2029' : '\n';
  }

  /** At the end of the text: the end stands on a line of its own. */
  endLine(): void {
    if (this.column === 0) return;
    this.base = this.pos;
    this.line += 1;
  }

  /** Returns a token that begins at `mark` and ends at `end`. */
  token(kind: TokenKind, mark: Mark, end: number, value = '', suffix = ''): Token {
    const { index, line, column } = mark;
    return { kind, start: index, line, column, end, value, suffix, style: 'plain', block: null };
  }

  scalar(
    mark: Mark,
    end: number,
    value: string,
    style: YamlNode['style'],
    block: YamlNode['block'] = null,
  ): Token {
    const { index, line, column } = mark;
    return { kind: 'scalar', start: index, line, column, end, value, suffix: '', style, block };
  }

  /** Puts a token at the queue's end, or before the token that is `at` places behind the queue's head. */
  insert(at: number, token: Token): void {
    if (this.tokensHead > maxTokensKept) {
      this.tokens = this.tokens.slice(this.tokensHead);
      this.tokensHead = 0;
    }
    const { tokens } = this;
    tokens.push(token);
    if (at < 0) return;
    const place = this.tokensHead + at;
    tokens.copyWithin(place + 1, place, tokens.length - 1);
    tokens[place] = token;
  }

  lastToken(back = 1): Token | undefined {
    return this.tokens[this.tokens.length - back];
  }

  /** The offset one character before `pos`. */
  before(pos: number): number {
    return pos > 1 && isHighSurrogate(this.text.charCodeAt(pos - 2)) ? pos - 2 : pos - 1;
  }

  fail(problem: Problem, mark: { readonly line: number; readonly column: number } = this.mark()): never {
    throw syntaxError(this.text.slice(0, this.length), problem, mark.line + 1, mark.column + 1);
  }

  /** The key that may have begun at the current flow level. */
  topKey(): SimpleKey {
    return this.simpleKeys[this.simpleKeys.length - 1] ?? this.bottomKey;
  }
}
