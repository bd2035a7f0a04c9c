import type { CommentLine, YamlDocument } from './node.ts';
import { nextEvent } from './parse.ts';
import type { Boundary, Event, ParsedNode } from './parse-event.ts';
import { isNothing } from './parse-event.ts';
import { ParseState } from './parse-state.ts';
import type { Problem } from './read-problem.ts';
import { maxDepth, tooDeep } from './scan-indent.ts';
import type { ScannedLine } from './scan-token.ts';

const none: readonly CommentLine[] = [];

export interface ParsedDocument extends YamlDocument {
  readonly root: ParsedNode | null;
}

export interface ParsedText {
  readonly documents: readonly ParsedDocument[];
  /** Every comment line of the text, in order. */
  readonly comments: readonly ScannedLine[];
}

/**
 * Parses a text into its documents, with comments attached as go-yaml v3.0.4 attaches them (decode.go's parser).
 * Throws `document.syntax` and `document.too-deep`.
 */
export function parseYaml(text: string): ParsedText {
  const composer = new Composer(text);
  const documents: ParsedDocument[] = [];
  for (let next = composer.document(); next !== null; next = composer.document()) documents.push(next);
  return { documents, comments: composer.comments };
}

class Composer {
  private readonly parse: ParseState;
  /** Anchors live on from document to document, as in go-yaml. */
  private readonly anchors = new Map<string, ParsedNode>();
  private depth = 0;

  constructor(text: string) {
    this.parse = new ParseState(text);
  }

  get comments(): readonly ScannedLine[] {
    return this.parse.scan.lines;
  }

  document(): ParsedDocument | null {
    const start = this.next();
    if (start.kind === 'stream-end') return null;
    const root = this.fill(this.next());
    const end = this.next();
    const explicit = start.kind === 'document-start' && start.explicit;
    const first = explicit ? start.start : Math.min(start.start, this.comments[0]?.start ?? start.start);
    return {
      root: isNothing(root) ? null : root,
      head: start.head,
      foot: end.foot,
      start: first,
      end: end.start,
      explicitStart: explicit,
      contentStart: explicit ? start.end : first,
    };
  }

  private next(): Event {
    return nextEvent(this.parse);
  }

  /** Completes a node whose beginning was read. */
  private fill(node: Event): ParsedNode {
    switch (node.kind) {
      case 'alias':
        node.target = this.anchors.get(node.anchor) ?? this.fail('alias-unknown', node);
        return node;
      case 'sequence':
      case 'mapping':
        this.anchor(node);
        this.depth += 1;
        if (this.depth > maxDepth) throw tooDeep(node);
        if (node.kind === 'sequence') this.sequence(node);
        else this.mapping(node);
        this.depth -= 1;
        return node;
      case 'scalar':
        this.anchor(node);
        return node;
      default:
        return this.fail('missing-node', node);
    }
  }

  private anchor(node: ParsedNode): void {
    if (node.anchor !== '') this.anchors.set(node.anchor, node);
  }

  private fail(problem: Problem, { line, column }: Event): never {
    return this.parse.scan.fail(problem, { line: line - 1, column: column - 1 });
  }

  private sequence(node: ParsedNode): void {
    for (;;) {
      const event = this.next();
      if (event.kind === 'sequence-end') return finish(node, event);
      node.content.push(this.fill(event));
    }
  }

  private mapping(node: ParsedNode): void {
    const { content } = node;
    for (;;) {
      const event = this.next();
      if (event.kind === 'mapping-end') return finish(node, event);
      const key = this.fill(event);
      content.push(key);
      // Must be the foot of the value before, dedented.
      const earlier = content[content.length - 3];
      if (node.style === 'block' && key.foot.length > 0 && earlier !== undefined) moveFoot(key, earlier);
      const value = this.fill(this.next());
      content.push(value);
      if (key.foot.length === 0 && value.foot.length > 0) moveFoot(value, key);
    }
  }
}

/** Trailing and foot comments of a collection are those at its end; a block mapping's foot is its last key's. */
function finish(node: ParsedNode, end: Boundary): void {
  const { content } = node;
  node.trailing = end.trailing;
  node.foot = end.foot;
  const last = content[content.length - 1];
  const isClosed = node.style === 'flow' && end.end > end.start;
  node.end = isClosed || last === undefined ? end.end : last.end;
  const lastKey = content[content.length - 2];
  const isBlockMapping = node.kind === 'mapping' && node.style === 'block';
  if (isBlockMapping && node.foot.length > 0 && lastKey !== undefined) moveFoot(node, lastKey);
}

function moveFoot(from: ParsedNode, to: ParsedNode): void {
  to.foot = from.foot;
  from.foot = none;
}
