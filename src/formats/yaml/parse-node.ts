import type { Properties } from './parse-event.ts';
import { ParsedNode } from './parse-event.ts';
import type { ParseState } from './parse-state.ts';
import type { Token } from './scan-token.ts';

const corePrefix = 'tag:yaml.org,2002:';

/** Parses a node up to its first token (yaml_parser_parse_node); `list` allows a sequence without indentation. */
export function parseNode(parse: ParseState, context: 'block' | 'flow', list = false): ParsedNode {
  const first = parse.peek();
  if (first.kind === 'alias') return parseLeaf(parse, 'alias', first, null);
  const properties = first.kind === 'anchor' || first.kind === 'tag' ? parseProperties(parse, first) : null;
  const token = properties === null ? first : parse.peek();
  switch (token.kind) {
    case 'scalar':
      return parseLeaf(parse, 'scalar', token, properties);
    case 'block-entry':
      if (!list) break;
      parse.state = 'indentless-sequence';
      return new ParsedNode('sequence', 'block', token, properties);
    case 'flow-sequence-start':
      return parseFlowStart(parse, 'sequence', token, properties);
    case 'flow-mapping-start':
      return parseFlowStart(parse, 'mapping', token, properties);
    case 'block-sequence-start':
      if (context === 'flow') break;
      return parseBlockStart(parse, 'sequence', token, properties);
    case 'block-mapping-start':
      if (context === 'flow') break;
      return parseBlockStart(parse, 'mapping', token, properties);
  }
  if (properties === null) return parse.fail('missing-node', token);
  parse.pop();
  const mark = { index: properties.end, line: token.line, column: token.column };
  return new ParsedNode('scalar', 'plain', parse.scan.scalar(mark, properties.end, '', 'plain'), properties);
}

function parseLeaf(
  parse: ParseState,
  kind: 'alias' | 'scalar',
  token: Token,
  properties: Properties | null,
): ParsedNode {
  parse.pop();
  const node = new ParsedNode(kind, kind === 'alias' ? 'alias' : token.style, token, properties);
  parse.giveComments(node);
  parse.skip();
  return node;
}

type Collection = 'sequence' | 'mapping';

function parseFlowStart(
  parse: ParseState,
  kind: Collection,
  token: Token,
  properties: Properties | null,
): ParsedNode {
  parse.state = kind === 'sequence' ? 'flow-sequence-first' : 'flow-mapping-first';
  const node = new ParsedNode(kind, 'flow', token, properties);
  parse.giveComments(node);
  return node;
}

function parseBlockStart(
  parse: ParseState,
  kind: Collection,
  token: Token,
  properties: Properties | null,
): ParsedNode {
  parse.state = kind === 'sequence' ? 'block-sequence-first' : 'block-mapping-first';
  const node = new ParsedNode(kind, 'block', token, properties);
  node.head = parse.takeStem();
  return node;
}

/** Parses an anchor and a tag, in either order. */
function parseProperties(parse: ParseState, start: Token): Properties {
  let anchor = '';
  let tag: Token | null = null;
  let last = start;
  parse.skip();
  if (start.kind === 'anchor') anchor = start.value;
  else tag = start;
  const second = parse.peek();
  if (second.kind === (tag === null ? 'tag' : 'anchor')) {
    if (tag === null) tag = second;
    else anchor = second.value;
    last = second;
    parse.skip();
    parse.peek();
  }
  if (tag === null) return { start, end: last.end, anchor, tag: '', meaning: '' };
  const written = parse.scan.text.slice(tag.start, tag.end);
  return { start, end: last.end, anchor, tag: written, meaning: meaningOf(parse, tag) };
}

/** What a tag stands for: its handle replaced by its prefix, and YAML's own tags in their short form. */
function meaningOf(parse: ParseState, tag: Token): string {
  if (tag.value === '') return tag.suffix === '!' ? '' : shortTag(tag.suffix);
  const prefix = parse.tagPrefixes.get(tag.value);
  if (prefix === undefined || prefix + tag.suffix === '') return parse.fail('tag-handle', tag);
  return shortTag(prefix + tag.suffix);
}

function shortTag(tag: string): string {
  return tag.startsWith(corePrefix) ? `!!${tag.slice(corePrefix.length)}` : tag;
}
