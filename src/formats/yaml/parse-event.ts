import type { CommentLine, YamlNode } from './node.ts';
import type { Token } from './scan-token.ts';

/** What the parser tells the composer: a node (of a collection its beginning), or where something begins or ends. */
export type Event = ParsedNode | Boundary;

export interface Boundary {
  readonly kind: 'stream-end' | 'document-start' | 'document-end' | 'sequence-end' | 'mapping-end';
  readonly start: number;
  /** From 1, the column in characters. */
  readonly line: number;
  readonly column: number;
  readonly end: number;
  readonly head: readonly CommentLine[];
  readonly trailing: readonly CommentLine[];
  readonly foot: readonly CommentLine[];
  /** Of a `document-start`: whether `---` stands there. */
  readonly explicit: boolean;
}

/** A tag and an anchor before a node. */
export interface Properties {
  /** The first of the two. */
  readonly start: Token;
  readonly end: number;
  readonly anchor: string;
  readonly tag: string;
  readonly meaning: string;
}

const noComments: readonly CommentLine[] = [];
const noContent: ParsedNode[] = [];

/** A node as parsed: a `YamlNode` that also knows what its tag means. */
export class ParsedNode implements YamlNode {
  readonly kind: YamlNode['kind'];
  readonly style: YamlNode['style'];
  readonly value: string;
  readonly tag: string;
  /** The tag's meaning in short form (`!!int`, `!Ref`); empty if there is none, or only the non-specific `!`. */
  readonly meaning: string;
  readonly anchor: string;
  readonly content: ParsedNode[];
  target: ParsedNode | null = null;
  head: readonly CommentLine[] = noComments;
  trailing: readonly CommentLine[] = noComments;
  foot: readonly CommentLine[] = noComments;
  readonly start: number;
  readonly valueStart: number;
  end: number;
  readonly line: number;
  readonly column: number;
  readonly block: YamlNode['block'];

  constructor(kind: YamlNode['kind'], style: YamlNode['style'], token: Token, properties: Properties | null) {
    const first = properties?.start ?? token;
    const hasMembers = kind === 'mapping' || kind === 'sequence';
    this.kind = kind;
    this.style = style;
    this.value = kind === 'scalar' ? token.value : '';
    this.tag = properties?.tag ?? '';
    this.meaning = properties?.meaning ?? '';
    this.anchor = kind === 'alias' ? token.value : (properties?.anchor ?? '');
    this.content = hasMembers ? [] : noContent;
    this.start = first.start;
    this.valueStart = token.start;
    this.end = token.end;
    this.line = first.line + 1;
    this.column = first.column + 1;
    this.block = token.block;
  }
}

/** Whether the node stands for nothing: an empty value, without tag and anchor. */
export function isNothing(node: ParsedNode): boolean {
  const { kind, start, end, anchor, tag, style } = node;
  return kind === 'scalar' && start === end && anchor === '' && tag === '' && style === 'plain';
}
