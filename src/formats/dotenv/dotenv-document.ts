import { SopskitError } from '../../errors/sopskit-error.ts';
import { type Path, printPath } from '../../tree/path.ts';
import type { Leaf, Mapping, Node, Value } from '../../tree/value.ts';
import { type ByteText, fromByteText, toByteText } from '../byte-text.ts';
import { equalValues } from '../equal-values.ts';
import { flatten } from '../flatten.ts';
import { type Document, type Edit, type Format, isSeal, type Site } from '../format.ts';
import { metadataPrefix, separateFlat } from '../metadata-place.ts';
import { piecesOf, spellingOf } from '../spelling.ts';
import { applySplices, type Splice } from '../splice.ts';
import { type DotenvLine, isMetadata, splitDotenv, treeOf } from './dotenv-lines.ts';
import { printLeaf, printLine, printValue } from './dotenv-printer.ts';

/** A dotenv file with its text. */
export class DotenvDocument implements Document {
  readonly format: Format;
  readonly bytes: Uint8Array;
  readonly branches: readonly Mapping[];
  readonly #text: ByteText;
  readonly #lines: readonly DotenvLine[];

  /** Throws `document.syntax` and `document.unsupported`. */
  constructor(format: Format, bytes: Uint8Array) {
    this.format = format;
    this.bytes = bytes;
    this.#text = toByteText(bytes);
    this.#lines = splitDotenv(this.#text);
    this.branches = [treeOf(this.#lines)];
  }

  get data(): readonly Mapping[] {
    return separateFlat(this.branches).data;
  }

  get metadata(): Mapping | null {
    return separateFlat(this.branches).metadata;
  }

  edit(edits: readonly Edit[]): Uint8Array {
    let text = applySplices(this.#text, this.#leafSplices(edits));
    for (const edit of edits) {
      if (edit.kind === 'put') text = withValue(text, edit.path, edit.value);
      else if (edit.kind === 'remove') text = withoutLine(text, edit.path);
    }
    for (const edit of edits) {
      if (edit.kind === 'metadata') text = withMetadata(text, edit.value);
    }
    return fromByteText(text);
  }

  sites(leaves: ReadonlySet<Leaf>): readonly Site[] {
    return this.#lines.flatMap(({ leaf, member, valueStart, end }) => {
      if (!leaves.has(leaf)) return [];
      const path = member.kind === 'entry' && typeof member.key === 'string' ? [member.key] : [];
      return [{ node: leaf, branch: 0, path, spelling: spellingOf([this.#text.slice(valueStart, end)]) }];
    });
  }

  #leafSplices(edits: readonly Edit[]): Splice[] {
    const lineOf = new Map<Node, DotenvLine>(this.#lines.map((line) => [line.leaf, line]));
    const replaced = new Map<DotenvLine, ByteText>();
    const respelled = new Set(edits.flatMap((edit) => (edit.kind === 'respell' ? [edit.node] : [])));
    for (const edit of edits) {
      if (!isSeal(edit) && edit.kind !== 'open' && edit.kind !== 'respell') continue;
      const node = edit.kind === 'respell' ? edit.node : edit.leaf;
      const line = lineOf.get(node);
      if (line === undefined) throw notFound([], 'the edited value is not in this document');
      if (edit.kind === 'respell') replaced.set(line, respelling(edit.spelling));
      else if (!respelled.has(node))
        replaced.set(line, isSeal(edit) ? edit.ciphertext : printLeaf(edit.value));
    }
    return [...replaced].map(([{ valueStart, end }, text]) => ({ start: valueStart, end, text }));
  }
}

function respelling(spelling: string): ByteText {
  const pieces = piecesOf(spelling);
  if (pieces?.length !== 1 || pieces[0]?.includes('\n')) {
    throw new SopskitError('sops.layout', 'The recorded spelling of a dotenv value cannot be read');
  }
  return pieces[0] ?? '';
}

/** Sets a value as sops does: in the first line with the key, else in a new line behind the data. */
function withValue(text: ByteText, path: Path, value: Value): ByteText {
  const key = keyOf(path);
  const lines = splitDotenv(text);
  const line = lines.find(({ member }) => member.kind === 'entry' && member.key === key);
  const printed = printLine({ kind: 'entry', key, value });
  if (line !== undefined) {
    const same = line.member.kind === 'entry' && equalValues(line.member.value, value);
    return same
      ? text
      : applySplices(text, [{ start: line.valueStart, end: line.end, text: printValue(value) }]);
  }
  const last = lines.findLast((other) => !isMetadata(other));
  const firstMetadata = lines.find(isMetadata);
  if (last === undefined && firstMetadata !== undefined) {
    return applySplices(text, [
      { start: firstMetadata.start, end: firstMetadata.start, text: `${printed}\n` },
    ]);
  }
  const at = firstMetadata === undefined ? text.length : (last?.end ?? text.length);
  const closed = at === text.length && (text === '' || text.endsWith('\n'));
  return applySplices(text, [{ start: at, end: at, text: closed ? `${printed}\n` : `\n${printed}` }]);
}

function withoutLine(text: ByteText, path: Path): ByteText {
  const key = keyOf(path);
  const line = splitDotenv(text).find(({ member }) => member.kind === 'entry' && member.key === key);
  if (line === undefined) throw notFound(path, 'there is nothing');
  return applySplices(text, [{ start: line.start, end: line.end + 1, text: '' }]);
}

function keyOf(path: Path): string {
  const [key, ...rest] = path;
  if (typeof key === 'string' && rest.length === 0) return key;
  throw notFound(path, 'a dotenv file holds keys and plain values only');
}

/**
 * Takes the old metadata out and writes the new lines in place of its first one, else at the end. A text whose last
 * line is not closed stays so: that is how taking the metadata out again restores it.
 */
function withMetadata(text: ByteText, value: Mapping | null): ByteText {
  const lines = splitDotenv(text);
  const old = lines.filter(isMetadata);
  const printed = (value === null ? [] : flatten(value, metadataPrefix)).map(printLine);
  const splices = old.map((line): Splice => ({ start: line.start, end: line.end + 1, text: '' }));
  const [first] = splices;
  if (first === undefined) return printed.length === 0 ? text : appendLines(text, printed);
  const open = old.at(-1)?.end === text.length;
  if (printed.length === 0) return withoutLastBreak(applySplices(text, splices), open);
  const replaced = [{ ...first, text: printed.map((line) => `${line}\n`).join('') }, ...splices.slice(1)];
  return withoutLastBreak(applySplices(text, replaced), open);
}

function appendLines(text: ByteText, lines: readonly ByteText[]): ByteText {
  const closed = text === '' || text.endsWith('\n');
  return closed ? `${text}${lines.join('\n')}\n` : `${text}\n${lines.join('\n')}`;
}

function withoutLastBreak(text: ByteText, open: boolean): ByteText {
  return open && text.endsWith('\n') ? text.slice(0, -1) : text;
}

function notFound(path: Path, problem: string): SopskitError {
  return new SopskitError(
    'document.path-not-found',
    `No value can be reached at ${printPath(path)}: ${problem}`,
    {
      place: { path },
    },
  );
}
