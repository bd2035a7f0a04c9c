import type { Path } from '../tree/path.ts';
import type { Leaf, Mapping, Node, Value } from '../tree/value.ts';

export type FormatName = 'yaml' | 'json' | 'dotenv' | 'ini' | 'binary';

/** Indentation of emitted text. Absent means sops' default: 4 for YAML, a tab for JSON and binary. */
export interface EmitStyle {
  /** Spaces per level. YAML: ≥ 1. JSON: ≥ 0, or -1 for a tab. */
  readonly indent?: number;
}

/** How the metadata lies in a file: a nested `sops` map, a flattened `[sops]` section, or `sops_…` keys. */
export type MetadataShape = 'nested' | 'section' | 'flat';

/**
 * One file format: text ⇄ document. Registered in `formats/registry.ts`.
 *
 * Every implementation passes `test/formats/contract.ts`.
 */
export interface Format {
  readonly name: FormatName;
  readonly metadataShape: MetadataShape;
  /**
   * Parses a plaintext file. Throws `document.*` errors, placed, for what sops refuses to read.
   * The metadata, if any, is still in the tree.
   */
  parse(bytes: Uint8Array): Document;
  /** Parses a file that sops wrote. Differs from `parse` for binary only, whose sealed form is JSON. */
  parseSealed(bytes: Uint8Array): Document;
  /** Prints a tree exactly as sops prints it. Throws `document.not-emittable`. */
  emit(branches: readonly Mapping[], style: EmitStyle): Uint8Array;
  /** Prints a tree with its metadata in it, as sops prints an encrypted file. Differs from `emit` for binary only. */
  emitSealed(branches: readonly Mapping[], style: EmitStyle): Uint8Array;
  /** Prints one extracted value as sops' `--extract` prints it (strings are the caller's business). */
  emitValue(value: Node, style: EmitStyle): Uint8Array;
  /** The tree of the example that `sops edit` offers for a new file. */
  example(): readonly Mapping[];
}

/** A text and the tree that was read from it. Immutable: every change returns a new text. */
export interface Document {
  readonly format: Format;
  readonly bytes: Uint8Array;
  /** One mapping per document of the file, in order. Aliases are expanded: each occurrence has nodes of its own. */
  readonly branches: readonly Mapping[];
  /**
   * The branches without the metadata of any of them, as sops' ExtractMetadata leaves them. Same nodes as in `branches`.
   * Throws as `metadata` does.
   */
  readonly data: readonly Mapping[];
  /**
   * The metadata of the first branch as a nested mapping, unflattened; `null` where there is none. Comments may be in
   * it. Throws `sops.metadata` for more than one, for one that is not a mapping, and for keys that do not unflatten.
   */
  readonly metadata: Mapping | null;
  /**
   * Whether the text is, byte for byte, what the format's `emitSealed` prints for `branches`; may throw as that does.
   * Absent in a format that does not tell it faster than by printing all and comparing.
   */
  isAsEmitted?(style: EmitStyle): boolean;
  /**
   * Returns the text with all of `edits` applied as splices: every byte that no edit concerns stays.
   * Edits of leaves go first, then `put` and `remove` in their order, each on what the ones before it left, then the
   * metadata. `style` is the indentation of inserted text where the document's own cannot be told.
   */
  edit(edits: readonly Edit[], style?: EmitStyle): Uint8Array;
  /**
   * Lists the places whose text a `seal` edit would replace, in text order, for the given leaves: the leaf itself,
   * or the alias (and then its whole expansion) through which it came.
   */
  sites(leaves: ReadonlySet<Leaf>): readonly Site[];
}

/** One replaced place of a plaintext document. */
export interface Site {
  /** The leaf, or the expanded value of an alias. */
  readonly node: Node;
  readonly branch: number;
  /** Path to the node; indexes count comments. */
  readonly path: Path;
  /**
   * The text of the place, tags and anchors included; for the caller an opaque string. A place in several pieces (an
   * INI comment above and behind its key) and one that is not UTF-8 are encoded in it.
   */
  readonly spelling: string;
}

export type Edit =
  /** Replaces a leaf's text by its ciphertext, carried in the leaf's own style. */
  | { readonly kind: 'seal'; readonly leaf: Leaf; readonly ciphertext: string }
  /** Replaces the ciphertext of a sealed leaf by another; its style stays exactly as it is. */
  | { readonly kind: 'reseal'; readonly leaf: Leaf; readonly ciphertext: string }
  /** Replaces a sealed leaf's text by its value, spelled in the style that carries the ciphertext. */
  | { readonly kind: 'open'; readonly leaf: Leaf; readonly value: Leaf }
  /** Replaces a node's text (and drops the edits inside it) by a spelling that `sites` once returned. */
  | { readonly kind: 'respell'; readonly node: Node; readonly spelling: string }
  /** Sets the value at a path, making it where it does not exist, as sops' `set` does. */
  | { readonly kind: 'put'; readonly branch: number; readonly path: Path; readonly value: Value }
  /** Removes the entry or item at a path. */
  | { readonly kind: 'remove'; readonly branch: number; readonly path: Path }
  /**
   * Writes the metadata, a nested mapping that the format flattens where its shape asks for it, into every branch,
   * replacing what is there; `null` takes it out.
   */
  | { readonly kind: 'metadata'; readonly value: Mapping | null };

/** Whether an edit writes ciphertext into a leaf's place, be there a value or ciphertext. */
export function isSeal(edit: Edit): edit is Extract<Edit, { kind: 'seal' | 'reseal' }> {
  return edit.kind === 'seal' || edit.kind === 'reseal';
}
