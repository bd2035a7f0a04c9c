import { SopskitError } from '../../errors/sopskit-error.ts';
import { fromByteText, toByteText } from '../../formats/byte-text.ts';
import type { Document, Format } from '../../formats/format.ts';
import type { Path } from '../../tree/path.ts';
import type { Mapping, Node } from '../../tree/value.ts';
import { type MarkerStyle, markedText, type ThreeTexts, withSide } from './conflict-text.ts';
import { type Choice, linesOf, type MergedTree, mergeTrees } from './merge-tree.ts';
import { repeatedKeys } from './repeated-keys.ts';
import { type Chunk, differences, mergeLists } from './three-way.ts';
import { editsBetween } from './tree-edits.ts';
import { valueId } from './value-id.ts';

/** The plaintexts of the three sides; no common ancestor is an empty text. */
export interface PlainSides {
  readonly base: Uint8Array;
  readonly ours: Uint8Array;
  readonly theirs: Uint8Array;
}

export interface PlainMerge {
  /** The merged text; in a conflict with what `Choice` says at the places in question, by default ours. */
  readonly text: Uint8Array;
  readonly conflict: PlainConflict | null;
}

export interface PlainConflict {
  /** The merged text with markers. */
  readonly marked: Uint8Array;
  /** The values that both sides changed; none where the texts alone do not fit together. */
  readonly paths: readonly Path[];
  /** How many documents our side has. */
  readonly documents: number;
}

/**
 * Merges three plaintexts by structure, into the layout of our side: the lines are merged as git merges them, and what
 * that leaves open, or gets wrong, is decided by the trees. Throws `document.*` where a side cannot be read.
 */
export function mergePlain(
  format: Format,
  sides: PlainSides,
  style: MarkerStyle,
  choice: Choice = 'ours',
): PlainMerge {
  return new PlainMerger(format, sides, style).run(choice);
}

class PlainMerger {
  readonly #format: Format;
  readonly #sides: PlainSides;
  readonly #style: MarkerStyle;
  readonly #texts: ThreeTexts;
  readonly #chunks: readonly Chunk[];
  readonly #documents: { readonly base: Document | null; readonly ours: Document; readonly theirs: Document };
  /** The lines, merged, where that is clean and can be read. */
  #lines: Document | null = null;

  constructor(format: Format, sides: PlainSides, style: MarkerStyle) {
    this.#format = format;
    this.#sides = sides;
    this.#style = style;
    const lines = (bytes: Uint8Array): string[] => linesOf(toByteText(bytes));
    this.#texts = { base: lines(sides.base), ours: lines(sides.ours), theirs: lines(sides.theirs) };
    this.#chunks = mergeLists(this.#texts.base, this.#texts.ours, this.#texts.theirs);
    this.#documents = {
      base: sides.base.length === 0 ? null : this.#tryParse(sides.base),
      ours: format.parse(sides.ours),
      theirs: format.parse(sides.theirs),
    };
  }

  run(choice: Choice): PlainMerge {
    this.#lines = this.#cleanLines();
    const merged = this.#merge(choice);
    if (this.#lines !== null) return { text: this.#lines.bytes, conflict: null };
    return merged.conflicts.length === 0 ? this.#clean(merged) : this.#conflicting(merged, choice);
  }

  #clean(merged: MergedTree): PlainMerge {
    for (const start of this.#starts()) {
      const text = this.#reach(start, merged.branches);
      if (text !== null && this.#keepsComments(text)) return { text, conflict: null };
    }
    return this.#ofTexts(this.#sides.ours, []);
  }

  /** The conflict in as few lines as there are: in texts that differ only where the trees do. */
  #conflicting(merged: MergedTree, choice: Choice): PlainMerge {
    const variants = { ours: this.#merge('ours'), theirs: this.#merge('theirs'), base: this.#merge('base') };
    for (const start of this.#starts()) {
      const text = this.#reach(start, merged.branches);
      const ours = choice === 'ours' ? text : this.#reach(start, variants.ours.branches);
      const theirs = this.#reach(start, variants.theirs.branches);
      if (text === null || ours === null || theirs === null) continue;
      if (!this.#keepsComments(ours)) return this.#ofTexts(text, merged.conflicts);
      const base = this.#reach(start, variants.base.branches);
      return { text, conflict: this.#conflict(this.#markVariants(base, ours, theirs), merged.conflicts) };
    }
    return this.#ofTexts(this.#sides.ours, merged.conflicts);
  }

  #markVariants(base: Uint8Array | null, ours: Uint8Array, theirs: Uint8Array): Uint8Array {
    const [our, their] = [linesOf(toByteText(ours)), linesOf(toByteText(theirs))];
    const old = base === null ? [] : linesOf(toByteText(base));
    return this.#mark(
      { base: old, ours: our, theirs: their },
      base === null ? [] : mergeLists(old, our, their),
    );
  }

  /** The conflict as the lines of the three sides have it; `text` for where our side of it cannot be read. */
  #ofTexts(text: Uint8Array, paths: readonly Path[]): PlainMerge {
    const marked = this.#mark(this.#texts, this.#chunks);
    const ours = fromByteText(withSide(toByteText(marked), this.#style.size, 'ours'));
    return { text: this.#tryParse(ours) === null ? text : ours, conflict: this.#conflict(marked, paths) };
  }

  #conflict(marked: Uint8Array, paths: readonly Path[]): PlainConflict {
    return { marked, paths, documents: this.#documents.ours.branches.length };
  }

  /** Lines may merge without a conflict where the trees do not: then all that differs is in question. */
  #mark(texts: ThreeTexts, chunks: readonly Chunk[]): Uint8Array {
    const settled = chunks.every(({ kind }) => kind === 'agreed');
    const marked = settled ? differences(texts.ours, texts.theirs) : chunks;
    return fromByteText(markedText(texts, marked, this.#style));
  }

  #merge(choice: Choice): MergedTree {
    const { base, ours, theirs } = this.#documents;
    const lines = this.#lines?.branches ?? null;
    return mergeTrees(base?.branches ?? [], ours.branches, theirs.branches, lines, choice);
  }

  #cleanLines(): Document | null {
    if (this.#chunks.some(({ kind }) => kind === 'both')) return null;
    const document = this.#tryParse(fromByteText(markedText(this.#texts, this.#chunks, this.#style)));
    return document === null || this.#repeatsMore(document) ? null : document;
  }

  /** Texts to start from, those first that keep most of both sides' layout and comments. */
  *#starts(): Iterable<Document> {
    if (this.#lines !== null) yield this.#lines;
    const { base, ours, theirs } = this.#texts;
    for (const chunks of [mergeLists(base, ours, theirs, { apart: true }), this.#chunks]) {
      for (const both of [true, false]) {
        const text = chunks.map((chunk) => this.#settled(chunk, both)).join('');
        const document = this.#tryParse(fromByteText(text));
        if (document !== null && !this.#repeatsMore(document)) yield document;
      }
    }
    yield this.#documents.ours;
  }

  /** Whether a key stands twice that does so on no side: such as one that both added, in two places. */
  #repeatsMore(document: Document): boolean {
    const count = ({ bytes, branches }: Document): number =>
      repeatedKeys(this.#format, toByteText(bytes), branches);
    return count(document) > Math.max(count(this.#documents.ours), count(this.#documents.theirs));
  }

  /** Ours in a conflict; with `both`, theirs too where both only added lines. */
  #settled(chunk: Chunk, both: boolean): string {
    const ours = this.#texts[chunk.from].slice(...chunk[chunk.from]);
    if (chunk.kind === 'agreed' || !both || chunk.base[0] !== chunk.base[1]) return ours.join('');
    const ended = ours.map((line) => (line.endsWith('\n') ? line : `${line}\n`));
    return [...ended, ...this.#texts.theirs.slice(...chunk.theirs)].join('');
  }

  #reach(start: Document, target: readonly Mapping[]): Uint8Array | null {
    return this.#edited(start, target, false) ?? this.#edited(start, target, true);
  }

  #edited(start: Document, target: readonly Mapping[], whole: boolean): Uint8Array | null {
    try {
      const edits = editsBetween(start.branches, target, { whole });
      if (edits === null) return null;
      const text = edits.length === 0 ? start.bytes : start.edit(edits);
      return sameTrees(this.#format.parse(text).branches, target) ? text : null;
    } catch (error) {
      if (error instanceof SopskitError) return null;
      throw error;
    }
  }

  #tryParse(bytes: Uint8Array): Document | null {
    try {
      const document = this.#format.parse(bytes);
      return document.branches.length >= 0 ? document : null;
    } catch (error) {
      if (error instanceof SopskitError) return null;
      throw error;
    }
  }

  /** Whether every comment that a side added is there. */
  #keepsComments(text: Uint8Array): boolean {
    const counts = (document: Document | null): Map<string, number> =>
      countComments(document?.branches ?? []);
    const [base, ours, theirs] = [
      counts(this.#documents.base),
      counts(this.#documents.ours),
      counts(this.#documents.theirs),
    ];
    const made = countComments(this.#format.parse(text).branches);
    return [...new Set([...ours.keys(), ...theirs.keys()])].every((comment) => {
      const [b, o, t] = [base, ours, theirs].map((found) => found.get(comment) ?? 0) as [
        number,
        number,
        number,
      ];
      const wanted = o === b ? t : t === b || o === t ? o : Math.max(o, t);
      return (made.get(comment) ?? 0) >= wanted;
    });
  }
}

function sameTrees(one: readonly Mapping[], other: readonly Mapping[]): boolean {
  return (
    one.length === other.length &&
    one.every((branch, index) => {
      const match = other[index];
      return match !== undefined && valueId(branch) === valueId(match);
    })
  );
}

function countComments(branches: readonly Mapping[]): Map<string, number> {
  const counts = new Map<string, number>();
  const visit = (node: Node): void => {
    // an INI comment may have several lines, and comments that come to stand together are one
    if (node.kind === 'comment')
      for (const line of node.text.split('\n')) counts.set(line, (counts.get(line) ?? 0) + 1);
    else if (node.kind === 'sequence') node.items.forEach(visit);
    else if (node.kind === 'mapping')
      for (const member of node.entries) visit(member.kind === 'entry' ? member.value : member);
  };
  branches.forEach(visit);
  return counts;
}
