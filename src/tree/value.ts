/**
 * The values of a document, as go-yaml and sops type them. Tagged unions: ints are `bigint` (int64), floats are
 * `number`, maps are ordered entry lists. Nodes are compared by identity: a node is one place in one document.
 */
export type Value = Scalar | Mapping | Sequence;
/** What the walk visits: what can be sealed, hashed or matched. */
export type Leaf = Scalar | Comment;
export type Node = Value | Comment;

export type Scalar =
  | StringScalar
  | BytesScalar
  | IntScalar
  | FloatScalar
  | BoolScalar
  | TimeScalar
  | NullScalar
  | OddScalar;

export interface StringScalar extends Positioned {
  readonly kind: 'string';
  readonly value: string;
}
/** A string that is not valid UTF-8 (Go strings are bytes). Sealed as `type:str`, like a string. */
export interface BytesScalar extends Positioned {
  readonly kind: 'bytes';
  readonly value: Uint8Array;
}
export interface IntScalar extends Positioned {
  readonly kind: 'int';
  readonly value: bigint;
}
export interface FloatScalar extends Positioned {
  readonly kind: 'float';
  readonly value: number;
}
export interface BoolScalar extends Positioned {
  readonly kind: 'bool';
  readonly value: boolean;
}
/** A date or timestamp; `value` is its RFC 3339 text as Go's `time.Time.MarshalText` prints it (nanoseconds trimmed). */
export interface TimeScalar extends Positioned {
  readonly kind: 'time';
  readonly value: string;
}
export interface NullScalar extends Positioned {
  readonly kind: 'null';
}
/** A value sops cannot walk (an integer above int64, e.g.): refused by every operation, with its type in the message. */
export interface OddScalar extends Positioned {
  readonly kind: 'odd';
  readonly type: string;
  readonly text: string;
}

export interface Mapping extends Positioned {
  readonly kind: 'mapping';
  readonly entries: readonly (Entry | Comment)[];
}
export interface Entry {
  readonly kind: 'entry';
  readonly key: Key;
  readonly value: Value;
}
/** sops takes string keys only; `other` keys are carried so that the refusal can name their type. */
export type Key = string | OtherKey;
export interface OtherKey {
  readonly kind: 'other-key';
  readonly type: string;
  readonly text: string;
}

export interface Sequence extends Positioned {
  readonly kind: 'sequence';
  readonly items: readonly Node[];
}

/** One comment line, without its `#`. It is a member of the mapping or sequence that sops attributes it to. */
export interface Comment extends Positioned {
  readonly kind: 'comment';
  readonly text: string;
  /** The bytes of `text` where they are not UTF-8 (dotenv and INI files may be in any encoding). */
  readonly bytes?: Uint8Array;
  /** Whether it stands behind a value on the same line. */
  readonly inline: boolean;
}

interface Positioned {
  /** Line of the node's first character, from 1; absent for a node that came from no text. */
  readonly line?: number;
  /** Column of the node's first character in characters, from 1. */
  readonly column?: number;
}
