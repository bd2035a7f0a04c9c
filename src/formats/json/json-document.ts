import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Entry, Leaf, Mapping, Node } from '../../tree/value.ts';
import { type ByteText, fromByteText, toByteText } from '../byte-text.ts';
import { type Document, type Edit, type EmitStyle, type Format, isSeal, type Site } from '../format.ts';
import { metadataKey, separateNested } from '../metadata-place.ts';
import { piecesOf, spellingOf } from '../spelling.ts';
import { applySplices, type Splice } from '../splice.ts';
import { appendMember, memberIndent, removeMembers } from './json-members.ts';
import { printJson, printMember, printScalar } from './json-printer.ts';
import { putSplices, removeSplices } from './json-put.ts';
import { scanJson } from './json-scanner.ts';
import { siteOrder } from './json-sites.ts';
import type { JsonMember, JsonSource, JsonSpan } from './json-source.ts';
import { quoteJson } from './json-string.ts';
import { emitStyle, styleOf } from './json-style.ts';

/** A JSON object with its text. Also what a sealed binary file is, hence the format as an argument. */
export class JsonDocument implements Document {
  readonly format: Format;
  readonly bytes: Uint8Array;
  readonly branches: readonly Mapping[];
  readonly #source: JsonSource;

  /** Throws `document.syntax` and `document.too-deep`. */
  constructor(format: Format, bytes: Uint8Array) {
    this.format = format;
    this.bytes = bytes;
    this.#source = scanJson(toByteText(bytes));
    this.branches = [this.#source.root];
  }

  get data(): readonly Mapping[] {
    return separateNested(this.branches).data;
  }

  /** An empty `sops` object counts as none, as in sops, whose JSON reader makes nothing of it. */
  get metadata(): Mapping | null {
    const { metadata } = separateNested(this.branches);
    return metadata === null || metadata.entries.length === 0 ? null : metadata;
  }

  edit(edits: readonly Edit[], style: EmitStyle = {}): Uint8Array {
    const leafSplices = this.#leafSplices(edits);
    let text = applySplices(this.#source.text, leafSplices);
    for (const edit of edits) {
      if (edit.kind === 'put' || edit.kind === 'remove') text = changed(text, edit, style);
    }
    for (const edit of edits) {
      if (edit.kind === 'metadata') text = withMetadata(scanJson(text), edit.value, style);
    }
    return fromByteText(text);
  }

  sites(leaves: ReadonlySet<Leaf>): readonly Site[] {
    return siteOrder(this.#source.root, leaves).map(({ node, path }) => {
      const { start, end } = this.#span(node);
      return { node, branch: 0, path, spelling: spellingOf([this.#source.text.slice(start, end)]) };
    });
  }

  #leafSplices(edits: readonly Edit[]): Splice[] {
    const splices: Splice[] = [];
    const comments = this.#openedComments(edits);
    const respelled = new Set(edits.flatMap((edit) => (edit.kind === 'respell' ? [edit.node] : [])));
    for (const edit of edits) {
      if (isSeal(edit)) splices.push(this.#replace(edit.leaf, quoteJson(edit.ciphertext)));
      else if (edit.kind === 'respell') splices.push(this.#replace(edit.node, respelling(edit.spelling)));
      else if (edit.kind === 'open' && !respelled.has(edit.leaf) && !comments.leaves.has(edit.leaf)) {
        splices.push(this.#replace(edit.leaf, printLeaf(edit.value)));
      }
    }
    return [...comments.splices, ...splices];
  }

  #replace(node: Node, text: ByteText): Splice {
    const { start, end } = this.#span(node);
    return { start, end, text };
  }

  /** JSON has no comments: sops prints a list without those that were sealed as its items. */
  #openedComments(edits: readonly Edit[]): {
    readonly leaves: ReadonlySet<Node>;
    readonly splices: readonly Splice[];
  } {
    const opened = new Set<Node>(
      edits.flatMap((edit) => (edit.kind === 'open' && edit.value.kind === 'comment' ? [edit.leaf] : [])),
    );
    const leaves = new Set<Node>();
    const splices: Splice[] = [];
    if (opened.size === 0) return { leaves, splices };
    for (const [list, span] of this.#source.spans) {
      if (list.kind !== 'sequence') continue;
      const removed = new Set<JsonMember>();
      list.items.forEach((item, index) => {
        const member = span.members[index];
        if (member === undefined || !opened.has(item)) return;
        removed.add(member);
        leaves.add(item);
      });
      if (removed.size === 0) continue;
      for (const splice of removeMembers(this.#source.text, span, removed)) splices.push(splice);
    }
    return { leaves, splices };
  }

  #span(node: Node): JsonSpan {
    const span = this.#source.spans.get(node);
    if (span === undefined)
      throw new SopskitError('document.path-not-found', 'The edited value is not in this document');
    return span;
  }
}

function printLeaf(leaf: Leaf): ByteText {
  return leaf.kind === 'comment' ? quoteJson(leaf.text) : printScalar(leaf);
}

function respelling(spelling: string): ByteText {
  const pieces = piecesOf(spelling);
  if (pieces?.length !== 1)
    throw new SopskitError('sops.layout', 'The recorded spelling of a JSON value cannot be read');
  return pieces[0] ?? '';
}

function changed(
  text: ByteText,
  edit: Extract<Edit, { kind: 'put' | 'remove' }>,
  fallback: EmitStyle,
): ByteText {
  const source = scanJson(text);
  const style = styleOf(source, emitStyle(fallback));
  const splices =
    edit.kind === 'put' ? putSplices(source, edit.path, edit.value, style) : removeSplices(source, edit.path);
  return applySplices(text, splices);
}

function withMetadata(source: JsonSource, value: Mapping | null, fallback: EmitStyle): ByteText {
  const { text, root, spans } = source;
  const span = spans.get(root);
  if (span === undefined) return text;
  const members = root.entries.flatMap((member, index) => {
    const at = span.members[index];
    return member.kind === 'entry' && member.key === metadataKey && at !== undefined ? [{ member, at }] : [];
  });
  const [first, ...extra] = members;
  if (value === null)
    return applySplices(text, removeMembers(text, span, new Set(members.map(({ at }) => at))));
  const style = styleOf(source, emitStyle(fallback));
  if (extra.length > 0) throw new SopskitError('sops.metadata', 'There is more than one "sops" entry');
  if (first !== undefined) {
    const at = spans.get(first.member.value);
    if (at === undefined) return text;
    return applySplices(text, [
      { start: at.start, end: at.end, text: printJson(value, style, memberIndent(text, span, style)) },
    ]);
  }
  const entry: Entry = { kind: 'entry', key: metadataKey, value };
  const member = printMember(entry, style, memberIndent(text, span, style));
  return applySplices(text, [appendMember(text, span, member, style, true)]);
}
