import type { CommentLine, YamlNode } from './node.ts';

export type TokenKind =
  | 'stream-start'
  | 'stream-end'
  | 'version-directive'
  | 'tag-directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | 'flow-sequence-start'
  | 'flow-sequence-end'
  | 'flow-mapping-start'
  | 'flow-mapping-end'
  | 'block-entry'
  | 'flow-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

/** A place in the text; line and column count from 0, the column in characters. */
export interface Mark {
  readonly index: number;
  readonly line: number;
  readonly column: number;
}

export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly line: number;
  readonly column: number;
  /** Behind the token's last character (of a block scalar: see `YamlNode.end`). */
  readonly end: number;
  /** A scalar's text, the name of an anchor or alias, a tag's or %TAG's handle, the version of %YAML. */
  readonly value: string;
  /** A tag's suffix, or the prefix of %TAG. */
  readonly suffix: string;
  readonly style: YamlNode['style'];
  readonly block: YamlNode['block'];
}

/** A comment line and its place (line and column from 1). */
export interface ScannedLine extends CommentLine {
  readonly line: number;
  readonly column: number;
}

/**
 * A run of comment lines that the scanner has seen and the parser has not yet given to a node. `head`, `trailing` and
 * `foot` say what it may become; the four places steer go-yaml's attribution (yaml_comment_t in yamlh.go).
 */
export interface PendingComment {
  /** Where the scan for white space and comments began that found it. */
  readonly scan: number;
  /** The comment is given out with the first token that starts here or later. */
  token: number;
  readonly start: number;
  readonly startLine: number;
  readonly startColumn: number;
  readonly end: number;
  head: readonly ScannedLine[];
  trailing: readonly ScannedLine[];
  readonly foot: readonly ScannedLine[];
}

/** A token that may turn out to be the start of a `key:` (yaml_simple_key_t). One a level, used again and again. */
export interface SimpleKey {
  index: number;
  line: number;
  column: number;
  possible: boolean;
  required: boolean;
  token: number;
}
