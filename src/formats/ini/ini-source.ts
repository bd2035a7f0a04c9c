import type { BytesScalar, Comment, Entry, Mapping, StringScalar } from '../../tree/value.ts';
import type { ByteText } from '../byte-text.ts';

/** An INI text, its tree, and where its parts lie. All offsets are bytes; ends are exclusive. */
export interface IniSource {
  readonly text: ByteText;
  readonly tree: Mapping;
  /** In file order; the first is the nameless top, which sops calls DEFAULT. */
  readonly sections: readonly IniSection[];
  /**
   * Comments that are no part of sops' tree: at the end of the file, above `[sops]`, on keys that a later one
   * overrides. Here they are comments of the document itself, which sops' printer skips too.
   */
  readonly strays: readonly IniComment[];
}

export interface IniSection {
  readonly name: string;
  readonly entry: Entry & { readonly key: string; readonly value: Mapping };
  /** The line of the `[name]`, from its start to behind its line break; both 0 for the top. */
  readonly start: number;
  readonly headerEnd: number;
  readonly keys: readonly IniKey[];
  readonly comment: IniComment | null;
}

export interface IniKey {
  readonly name: string;
  readonly leaf: StringScalar | BytesScalar;
  /** Every line that sets the key; the last one counts. */
  readonly places: readonly IniPlace[];
  readonly comment: IniComment | null;
}

/** One `key = value`. */
export interface IniPlace {
  /** Start of the comment block above it, or of its own line. */
  readonly blockStart: number;
  /** Start of its line. */
  readonly start: number;
  readonly nameStart: number;
  /** Offset behind the key's name, and behind its delimiter. */
  readonly nameEnd: number;
  readonly valueFrom: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly commented: boolean;
  /** Start of the line behind it. */
  readonly end: number;
}

/** A comment: lines above what it belongs to, or behind it, or both, which ini.v1 joins to one. */
export interface IniComment {
  readonly node: Comment;
  /** From the first `;` or `#` to the end of the last line, blank lines between included. */
  readonly block: IniPiece | null;
  readonly inline: IniPiece | null;
  /** Where what precedes the inline part ends. */
  readonly anchor: number;
  /** Start of the line that it belongs to; for one at the end of the file, the end of the text. */
  readonly lineStart: number;
  /** Whether it belongs to a section; ini.v1 prints those with their white space. */
  readonly ofSection: boolean;
}

export interface IniPiece {
  readonly start: number;
  readonly end: number;
}
