import type { Mapping, Node } from '../../tree/value.ts';
import type { ByteText } from '../byte-text.ts';

/** A JSON text, its tree, and where each node lies. */
export interface JsonSource {
  readonly text: ByteText;
  readonly root: Mapping;
  readonly spans: ReadonlyMap<Node, JsonSpan>;
}

/** Byte offsets of a value; `end` is exclusive. */
export interface JsonSpan {
  readonly start: number;
  readonly end: number;
  /** Where the members of an object or array lie, in order; empty for a scalar. */
  readonly members: readonly JsonMember[];
}

/** An object's member from its key to the end of its value, or an array's item. */
export interface JsonMember {
  readonly start: number;
  readonly end: number;
}
