import type { CommentLine } from './node.ts';
import type { Event } from './parse-event.ts';
import { parseNode } from './parse-node.ts';
import type { ParseState } from './parse-state.ts';
import type { TokenKind } from './scan-token.ts';

const defaultPrefixes: readonly (readonly [handle: string, prefix: string])[] = [
  ['!', '!'],
  ['!!', 'tag:yaml.org,2002:'],
];

const endsContent: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'version-directive',
  'tag-directive',
  'document-start',
  'document-end',
  'stream-end',
]);

/** Parses the start of a document, or the end of the stream (yaml_parser_parse_document_start). */
export function parseDocumentStart(parse: ParseState, implicit: boolean): Event {
  let token = parse.peek();
  while (!implicit && token.kind === 'document-end') {
    parse.skip();
    token = parse.peek();
  }
  if (token.kind === 'stream-end') {
    parse.state = 'end';
    return parse.boundary('stream-end', token);
  }
  if (implicit && !isDocumentMark(token.kind)) {
    parseDirectives(parse);
    parse.states.push('document-end');
    parse.state = 'block-node';
    return { ...parse.boundary('document-start', token, token.start), head: splitHead(parse) };
  }
  parseDirectives(parse);
  const mark = parse.peek();
  if (mark.kind !== 'document-start')
    return parse.fail(mark === token ? 'extra-content' : 'directive-document', mark);
  parse.states.push('document-end');
  parse.state = 'document-content';
  parse.skip();
  return { ...parse.boundary('document-start', token, mark.end), explicit: true };
}

function isDocumentMark(kind: TokenKind): boolean {
  return kind === 'version-directive' || kind === 'tag-directive' || kind === 'document-start';
}

/** The part of the head before its last empty line belongs to the document, the rest to its first node. */
function splitHead(parse: ParseState): readonly CommentLine[] {
  const { head } = parse;
  for (let at = head.length - 1; at > 0; at -= 1) {
    if (head[at]?.text !== '') continue;
    parse.head = head.slice(at + 1);
    return head.slice(0, at);
  }
  return [];
}

/** Parses what follows `---`. */
export function parseDocumentContent(parse: ParseState): Event {
  const token = parse.peek();
  if (!endsContent.has(token.kind)) return parseNode(parse, 'block');
  parse.pop();
  return parse.emptyScalar(token, 'before');
}

export function parseDocumentEnd(parse: ParseState): Event {
  const token = parse.peek();
  if (token.kind === 'document-end') parse.skip();
  parse.tagPrefixes.clear();
  parse.state = 'document-start';
  const event = parse.commentedBoundary('document-end', token);
  if (event.head.length > 0 && event.foot.length === 0) return { ...event, head: [], foot: event.head };
  return event;
}

/** Parses %YAML and %TAG lines (yaml_parser_process_directives). */
function parseDirectives(parse: ParseState): void {
  let versioned = false;
  let token = parse.peek();
  while (token.kind === 'version-directive' || token.kind === 'tag-directive') {
    if (token.kind === 'version-directive') {
      if (versioned || token.value !== '1.1') parse.fail('directive-version', token);
      versioned = true;
    } else {
      if (parse.tagPrefixes.has(token.value)) parse.fail('directive-tag', token);
      parse.tagPrefixes.set(token.value, token.suffix);
    }
    parse.skip();
    token = parse.peek();
  }
  for (const [handle, prefix] of defaultPrefixes) {
    if (!parse.tagPrefixes.has(handle)) parse.tagPrefixes.set(handle, prefix);
  }
}
