import {
  parseBlockMappingKey,
  parseBlockMappingValue,
  parseBlockSequence,
  parseIndentlessSequence,
} from './parse-block.ts';
import { parseDocumentContent, parseDocumentEnd, parseDocumentStart } from './parse-document.ts';
import type { Event } from './parse-event.ts';
import {
  parseFlowMappingKey,
  parseFlowMappingValue,
  parseFlowPairEnd,
  parseFlowPairKey,
  parseFlowPairValue,
  parseFlowSequence,
} from './parse-flow.ts';
import { parseNode } from './parse-node.ts';
import type { ParseState, StateName } from './parse-state.ts';

/** Parses up to the next event (yaml_parser_state_machine). */
export function nextEvent(parse: ParseState): Event {
  return stateFunctions[parse.state](parse);
}

const stateFunctions: Readonly<Record<StateName, (parse: ParseState) => Event>> = {
  'stream-start': (parse) => {
    parse.peek();
    parse.skip();
    return parseDocumentStart(parse, true);
  },
  'document-start': (parse) => parseDocumentStart(parse, false),
  'document-content': parseDocumentContent,
  'document-end': parseDocumentEnd,
  'block-node': (parse) => parseNode(parse, 'block'),
  'block-sequence-first': (parse) => parseBlockSequence(parse, true),
  'block-sequence': (parse) => parseBlockSequence(parse, false),
  'indentless-sequence': parseIndentlessSequence,
  'block-mapping-first': (parse) => parseBlockMappingKey(parse, true),
  'block-mapping-key': (parse) => parseBlockMappingKey(parse, false),
  'block-mapping-value': parseBlockMappingValue,
  'flow-sequence-first': (parse) => parseFlowSequence(parse, true),
  'flow-sequence': (parse) => parseFlowSequence(parse, false),
  'flow-pair-key': parseFlowPairKey,
  'flow-pair-value': parseFlowPairValue,
  'flow-pair-end': parseFlowPairEnd,
  'flow-mapping-first': (parse) => parseFlowMappingKey(parse, true),
  'flow-mapping-key': (parse) => parseFlowMappingKey(parse, false),
  'flow-mapping-value': (parse) => parseFlowMappingValue(parse, false),
  'flow-mapping-empty-value': (parse) => parseFlowMappingValue(parse, true),
  end: (parse) => parse.boundary('stream-end', parse.peek()),
};
