/**
 * A YAML node as go-yaml v3.0.4 sees it, with its place in the text. All offsets are UTF-16 offsets into the decoded
 * text (without its byte order mark); `end` is exclusive; lines and columns count from 1.
 */
export interface YamlNode {
  readonly kind: 'mapping' | 'sequence' | 'scalar' | 'alias';
  /** The tag as written (`!!str`, `!Ref`, `!<…>`); empty where there is none. */
  readonly tag: string;
  /** The anchor's name; empty where there is none. For an alias: the name it refers to. */
  readonly anchor: string;
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded' | 'block' | 'flow' | 'alias';
  /** A scalar's text after unquoting, unfolding and unescaping, before it is resolved to a type. */
  readonly value: string;
  /** Members: of a mapping key, value, key, value …; of a sequence its items. */
  readonly content: readonly YamlNode[];
  /** What an alias refers to. */
  readonly target: YamlNode | null;

  /** Comments as go-yaml attaches them to this node (Node.HeadComment, LineComment, FootComment). */
  readonly head: readonly CommentLine[];
  readonly trailing: readonly CommentLine[];
  readonly foot: readonly CommentLine[];

  /** Start of the node with its tag and anchor. */
  readonly start: number;
  /** Start of the content itself, behind tag and anchor. For an empty (null) node `start === valueStart === end`. */
  readonly valueStart: number;
  /**
   * End of the content: behind the closing quote or bracket, behind the last character of a plain scalar, behind the
   * line break of a block scalar's last line (trailing blank lines included only where `+` keeps them),
   * behind the last member of a block collection.
   */
  readonly end: number;
  readonly line: number;
  readonly column: number;
  /** For a literal or folded scalar: the offset where its first content line begins and the indentation of its content. */
  readonly block: { readonly bodyStart: number; readonly indent: number } | null;
}

/** One line of a comment; `text` starts with its `#`. An empty `text` is a blank line inside a comment group. */
export interface CommentLine {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface YamlDocument {
  /** The root, or `null` for an empty document (`---` alone), whose comments are in `head` and `foot`. */
  readonly root: YamlNode | null;
  /** Comments that go-yaml attaches to the document node itself. */
  readonly head: readonly CommentLine[];
  readonly foot: readonly CommentLine[];
  /** The document's extent: from its `---` (or first content) to its `...`, or the next `---`, or the end of the text. */
  readonly start: number;
  readonly end: number;
  /** Whether it opens with an explicit `---`, and the offset behind it. */
  readonly explicitStart: boolean;
  readonly contentStart: number;
}
