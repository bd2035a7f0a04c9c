import type { Event } from './parse-event.ts';
import { ParsedNode } from './parse-event.ts';
import { parseNode } from './parse-node.ts';
import type { ParseState, StateName } from './parse-state.ts';
import type { TokenKind } from './scan-token.ts';

/** Parses an item or the end of `[…]` (yaml_parser_parse_flow_sequence_entry). */
export function parseFlowSequence(parse: ParseState, first: boolean): Event {
  const token = nextMember(parse, first, 'flow-sequence-end');
  if (token === 'key') {
    const key = parse.peek();
    parse.state = 'flow-pair-key';
    parse.skip();
    return new ParsedNode('mapping', 'flow', key, null);
  }
  if (token !== 'flow-sequence-end') {
    parse.states.push('flow-sequence');
    return parseNode(parse, 'flow');
  }
  return endCollection(parse, 'sequence-end');
}

/** Parses the key of a `key: value` pair that stands in a flow sequence without braces. */
export function parseFlowPairKey(parse: ParseState): Event {
  const token = parse.peek();
  if (token.kind !== 'value' && token.kind !== 'flow-entry' && token.kind !== 'flow-sequence-end') {
    parse.states.push('flow-pair-value');
    return parseNode(parse, 'flow');
  }
  parse.skip();
  parse.state = 'flow-pair-value';
  return parse.emptyScalar(token, 'behind');
}

export function parseFlowPairValue(parse: ParseState): Event {
  return parseFlowValue(parse, 'flow-pair-end', 'flow-sequence-end');
}

export function parseFlowPairEnd(parse: ParseState): Event {
  const token = parse.peek();
  parse.state = 'flow-sequence';
  return parse.boundary('mapping-end', token, token.start);
}

/** Parses a key or the end of `{…}` (yaml_parser_parse_flow_mapping_key). */
export function parseFlowMappingKey(parse: ParseState, first: boolean): Event {
  const token = nextMember(parse, first, 'flow-mapping-end');
  if (token === 'flow-mapping-end') return endCollection(parse, 'mapping-end');
  if (token !== 'key') {
    parse.states.push('flow-mapping-empty-value');
    return parseNode(parse, 'flow');
  }
  parse.peek();
  parse.skip();
  const behind = parse.peek();
  if (behind.kind !== 'value' && behind.kind !== 'flow-entry' && behind.kind !== 'flow-mapping-end') {
    parse.states.push('flow-mapping-value');
    return parseNode(parse, 'flow');
  }
  parse.state = 'flow-mapping-value';
  return parse.emptyScalar(behind, 'before');
}

export function parseFlowMappingValue(parse: ParseState, empty: boolean): Event {
  if (!empty) return parseFlowValue(parse, 'flow-mapping-key', 'flow-mapping-end');
  const token = parse.peek();
  parse.state = 'flow-mapping-key';
  return parse.emptyScalar(token, 'before');
}

function parseFlowValue(parse: ParseState, next: StateName, close: TokenKind): Event {
  let token = parse.peek();
  if (token.kind === 'value') {
    parse.skip();
    token = parse.peek();
    if (token.kind !== 'flow-entry' && token.kind !== close) {
      parse.states.push(next);
      return parseNode(parse, 'flow');
    }
  }
  parse.state = next;
  return parse.emptyScalar(token, 'before');
}

/** Steps to the next member or the end, over the `,` between members; returns the kind of the token there. */
function nextMember(
  parse: ParseState,
  first: boolean,
  close: 'flow-sequence-end' | 'flow-mapping-end',
): TokenKind {
  if (first) {
    parse.peek();
    parse.skip();
  }
  const token = parse.peek();
  if (first || token.kind === close) return token.kind;
  if (token.kind !== 'flow-entry') return parse.fail(close, token);
  parse.skip();
  return parse.peek().kind;
}

function endCollection(parse: ParseState, kind: 'sequence-end' | 'mapping-end'): Event {
  const token = parse.peek();
  parse.pop();
  const end = parse.commentedBoundary(kind, token);
  parse.skip();
  return end;
}
