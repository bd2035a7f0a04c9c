import type { Event } from './parse-event.ts';
import { parseNode } from './parse-node.ts';
import type { ParseState } from './parse-state.ts';

/** Parses an item or the end of an indented block sequence (yaml_parser_parse_block_sequence_entry). */
export function parseBlockSequence(parse: ParseState, first: boolean): Event {
  if (first) {
    parse.peek();
    parse.skip();
  }
  const token = parse.peek();
  if (token.kind === 'block-entry') {
    const stem = parse.head.length;
    parse.skip();
    parse.splitStem(stem);
    const { kind } = parse.peek();
    if (kind !== 'block-entry' && kind !== 'block-end') {
      parse.states.push('block-sequence');
      return parseNode(parse, 'block');
    }
    parse.state = 'block-sequence';
    return parse.emptyScalar(token, 'behind');
  }
  if (token.kind !== 'block-end')
    return parse.fail(parse.beginsLine(token) ? 'expected-dash' : 'after-value', token);
  parse.pop();
  parse.skip();
  return parse.boundary('sequence-end', token);
}

/** Parses an item or the end of a sequence that stands at the indentation of its parent key. */
export function parseIndentlessSequence(parse: ParseState): Event {
  const token = parse.peek();
  if (token.kind === 'block-entry') {
    const stem = parse.head.length;
    parse.skip();
    parse.splitStem(stem);
    const { kind } = parse.peek();
    if (kind !== 'block-entry' && kind !== 'key' && kind !== 'value' && kind !== 'block-end') {
      parse.states.push('indentless-sequence');
      return parseNode(parse, 'block');
    }
    parse.state = 'indentless-sequence';
    return parse.emptyScalar(token, 'behind');
  }
  parse.pop();
  return parse.boundary('sequence-end', token, token.start);
}

/** Parses a key or the end of a block mapping (yaml_parser_parse_block_mapping_key). */
export function parseBlockMappingKey(parse: ParseState, first: boolean): Event {
  if (first) {
    parse.peek();
    parse.skip();
  }
  const token = parse.peek();
  if (token.kind === 'key') {
    parse.skip();
    if (!endsBlockMember(parse)) {
      parse.states.push('block-mapping-value');
      return parseNode(parse, 'block', true);
    }
    parse.state = 'block-mapping-value';
    return parse.emptyScalar(token, 'behind');
  }
  if (token.kind !== 'block-end')
    return parse.fail(parse.beginsLine(token) ? 'expected-key' : 'after-value', token);
  parse.pop();
  const end = parse.commentedBoundary('mapping-end', token);
  parse.skip();
  return end;
}

export function parseBlockMappingValue(parse: ParseState): Event {
  const token = parse.peek();
  if (token.kind !== 'value') {
    parse.state = 'block-mapping-key';
    return parse.emptyScalar(token, 'far-before');
  }
  parse.skip();
  if (!endsBlockMember(parse)) {
    parse.states.push('block-mapping-key');
    return parseNode(parse, 'block', true);
  }
  parse.state = 'block-mapping-key';
  return parse.emptyScalar(token, 'behind');
}

function endsBlockMember(parse: ParseState): boolean {
  const { kind } = parse.peek();
  return kind === 'key' || kind === 'value' || kind === 'block-end';
}
