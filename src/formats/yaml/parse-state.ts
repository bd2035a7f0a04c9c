import type { CommentLine } from './node.ts';
import type { Boundary } from './parse-event.ts';
import { ParsedNode } from './parse-event.ts';
import type { Problem } from './read-problem.ts';
import { fetchTokens } from './scan.ts';
import { isBlank, isBreak } from './scan-character.ts';
import { ScanState } from './scan-state.ts';
import type { PendingComment, Token } from './scan-token.ts';

/** What the parser expects next; each has a function in parse.ts's table. */
export type StateName =
  | 'stream-start'
  | 'document-start'
  | 'document-content'
  | 'document-end'
  | 'block-node'
  | 'block-sequence-first'
  | 'block-sequence'
  | 'indentless-sequence'
  | 'block-mapping-first'
  | 'block-mapping-key'
  | 'block-mapping-value'
  | 'flow-sequence-first'
  | 'flow-sequence'
  | 'flow-pair-key'
  | 'flow-pair-value'
  | 'flow-pair-end'
  | 'flow-mapping-first'
  | 'flow-mapping-key'
  | 'flow-mapping-value'
  | 'flow-mapping-empty-value'
  | 'end';

const none: readonly CommentLine[] = [];
const consumed: PendingComment = {
  scan: 0,
  token: 0,
  start: 0,
  startLine: 0,
  startColumn: 0,
  end: 0,
  head: [],
  trailing: [],
  foot: [],
};

/**
 * Where a parse stands: the scan, the stack of states, the comments that are due, the tag handles.
 * Follows parserc.go of go-yaml v3.0.4.
 */
export class ParseState {
  readonly scan: ScanState;
  state: StateName = 'stream-start';
  readonly states: StateName[] = [];
  readonly tagPrefixes: Map<string, string> = new Map();
  /** Comments that the next event gets. */
  head: CommentLine[] = [];
  trailing: CommentLine[] = [];
  foot: CommentLine[] = [];
  /** The head of a collection under a sequence entry, set aside from the head of its first member. */
  stem: readonly CommentLine[] | null = null;
  private current: Token | null = null;
  private commentsHead = 0;
  /** Behind the last token that was dropped, other than a mere end of a block. */
  private lastEnd = 0;

  constructor(text: string) {
    this.scan = new ScanState(text);
  }

  /** Returns the next token, and makes the comments before it due. */
  peek(): Token {
    this.current ??= fetchTokens(this.scan);
    this.unfoldComments(this.current);
    return this.current;
  }

  /** Drops the token that `peek` returned. */
  skip(): void {
    if (this.current !== null && this.current.kind !== 'block-end') this.lastEnd = this.current.end;
    this.current = null;
    this.scan.tokensHead += 1;
    this.scan.tokensParsed += 1;
  }

  pop(): void {
    this.state = this.states.pop() ?? 'end';
  }

  /** yaml_parser_unfold_comments */
  private unfoldComments(token: Token): void {
    const { comments } = this.scan;
    for (;;) {
      const comment = comments[this.commentsHead];
      if (comment === undefined || token.start < comment.token) return;
      if (comment.head.length > 0) {
        // No head on an end: it is kept for the token that follows.
        if (token.kind === 'block-end') return;
        append(this.head, comment.head);
      }
      if (comment.foot.length > 0) append(this.foot, comment.foot);
      if (comment.trailing.length > 0) append(this.trailing, comment.trailing);
      comments[this.commentsHead] = consumed;
      this.commentsHead += 1;
    }
  }

  /** yaml_parser_split_stem_comment; `stem` is how many lines were due before the entry's `-` was dropped. */
  splitStem(stem: number): void {
    if (stem === 0) return;
    const { kind } = this.peek();
    if (kind !== 'block-sequence-start' && kind !== 'block-mapping-start') return;
    this.stem = this.head.slice(0, stem);
    this.head = this.head.slice(stem);
  }

  takeStem(): readonly CommentLine[] {
    const { stem } = this;
    this.stem = null;
    return stem ?? none;
  }

  /** A boundary without comments. */
  boundary(kind: Boundary['kind'], token: Token, end: number = token.end): Boundary {
    const { start, line, column } = token;
    const comments = { head: none, trailing: none, foot: none };
    return { kind, start, line: line + 1, column: column + 1, end, ...comments, explicit: false };
  }

  /** A boundary that takes all comments that are due. */
  commentedBoundary(kind: Boundary['kind'], token: Token): Boundary {
    const comments = { head: orNone(this.head), trailing: orNone(this.trailing), foot: orNone(this.foot) };
    this.dropComments();
    return { ...this.boundary(kind, token), ...comments };
  }

  /** Gives a node all comments that are due (yaml_parser_set_event_comments). */
  giveComments(node: ParsedNode): void {
    if (this.head.length > 0) node.head = this.head;
    if (this.trailing.length > 0) node.trailing = this.trailing;
    if (this.foot.length > 0) node.foot = this.foot;
    this.dropComments();
  }

  private dropComments(): void {
    if (this.head.length > 0) this.head = [];
    if (this.trailing.length > 0) this.trailing = [];
    if (this.foot.length > 0) this.foot = [];
    this.stem = null;
  }

  /** A value that is not there: before the token, behind it, or before it and close to what came before. */
  emptyScalar(token: Token, side: 'before' | 'behind' | 'far-before'): ParsedNode {
    const width = side === 'behind' ? token.end - token.start : 0;
    const start = side === 'far-before' ? this.lastEnd : token.start + width;
    const mark = { index: start, line: token.line, column: token.column + width };
    return new ParsedNode('scalar', 'plain', this.scan.scalar(mark, start, '', 'plain'), null);
  }

  /** Whether only blanks stand before the token on its line. */
  beginsLine(token: Token): boolean {
    let at = token.start - 1;
    while (isBlank(this.scan.text.charCodeAt(at))) at -= 1;
    return at < 0 || isBreak(this.scan.text.charCodeAt(at));
  }

  fail(problem: Problem, place: Token): never {
    return this.scan.fail(problem, place);
  }
}

/** Lines to give away; the empty list stays here, where lines will be appended to it. */
function orNone(lines: readonly CommentLine[]): readonly CommentLine[] {
  return lines.length > 0 ? lines : none;
}

/** Appends in place: a text of comments alone must not be copied again and again. */
function append(lines: CommentLine[], more: readonly CommentLine[]): void {
  for (const line of more) lines.push(line);
}
