import { SopskitError } from '../../errors/sopskit-error.ts';
import type { ByteText } from '../byte-text.ts';
import { type Edit, isSeal } from '../format.ts';
import { commentText } from '../scalar-text.ts';
import { piecesOf } from '../spelling.ts';
import type { Splice } from '../splice.ts';
import { commentPrefix } from './ini-scanner.ts';
import type { IniComment, IniPiece, IniSource } from './ini-source.ts';
import { lineEndAt, lineStartAt } from './ini-space.ts';
import { commentPrinted } from './ini-spelling.ts';

/**
 * A comment's pieces: what stands above, then what stands behind with the white space in front of it. A comment that
 * only stands behind a key is one piece. Behind a `[section]` it has an empty one above, where its ciphertext goes:
 * ciphertext holds a `]`, which ini.v1 would take for the end of the section's name.
 */
export function commentPieces({
  block,
  inline,
  anchor,
  ofSection,
  lineStart,
}: IniComment): readonly IniPiece[] {
  if (inline === null) return block === null ? [] : [block];
  if (block === null && !ofSection) return [inline];
  return [block ?? { start: lineStart, end: lineStart }, { start: anchor, end: inline.end }];
}

/** Splices of one edit of a comment. A sealed comment is one piece; the second goes, and comes back with respelling. */
export function commentSplices(source: IniSource, comment: IniComment, edit: Edit): Splice[] {
  const [first, second] = commentPieces(comment);
  if (first === undefined) return [];
  if (edit.kind === 'respell') return respelled(source, comment, edit.spelling);
  const lines = isSeal(edit) ? [edit.ciphertext] : edit.kind === 'open' ? openedLines(edit.value) : [];
  const shown = comment.block ?? comment.inline ?? first;
  const prefix = commentPrefix(source.text.slice(shown.start, shown.end));
  const printed = isSeal(edit) ? [prefix + edit.ciphertext] : reprinted(lines, prefix, comment.ofSection);
  const behind =
    second === undefined || edit.kind === 'reseal'
      ? []
      : [{ ...second, text: leftBehind(source.text, comment, edit) }];
  const text = joined(source.text, printed, comment);
  return [
    { ...first, text: first.start === first.end ? text + lineBreakOf(source.text, first.start) : text },
    ...behind,
  ];
}

/**
 * What stays behind a key when its comment moves above it: an empty comment where the value ends with a `\`, which
 * would continue it on the next line. (sops takes ciphertext up to its `]` and minds nothing behind.)
 */
function leftBehind(text: ByteText, { anchor, ofSection, inline }: IniComment, edit: Edit): ByteText {
  if (ofSection || inline === null || (edit.kind === 'seal' && text[anchor - 1] !== '\\')) return '';
  return `${text.slice(anchor, inline.start)};`;
}

function openedLines(value: Extract<Edit, { kind: 'open' }>['value']): string[] {
  return (value.kind === 'comment' ? commentText(value) : '').split('\n');
}

/**
 * The lines of a comment as sops prints them, but the first with the characters that stood in front of the
 * ciphertext, unless sops would then read or print something else.
 */
function reprinted(comment: readonly string[], prefix: ByteText, ofSection: boolean): ByteText[] {
  const lines = commentPrinted(comment.join('\n'), ofSection);
  const first = comment[0] ?? '';
  const kept = prefix + first.trimEnd();
  const asPrinted = prefix === '; ' && first !== first.trim();
  if (!asPrinted && kept !== prefix && commentPrefix(kept) === prefix) lines[0] = kept;
  return lines;
}

/** Joins lines below each other; behind a key they stay on its line. */
function joined(
  text: ByteText,
  lines: readonly ByteText[],
  { block, ofSection, lineStart }: IniComment,
): ByteText {
  if (block === null && !ofSection) return lines.join(' ');
  const indent = block === null ? '' : text.slice(lineStartAt(text, block.start), block.start);
  return lines.join(lineBreakOf(text, block?.start ?? lineStart) + indent);
}

function respelled({ text }: IniSource, comment: IniComment, spelling: string): Splice[] {
  const pieces = piecesOf(spelling);
  const places = commentPieces(comment);
  const [first] = places;
  if (first === undefined || pieces === null || pieces.length > 2) throw unreadable();
  if (pieces.length === 1 && places.length === 1) return [{ ...first, text: pieces[0] ?? '' }];
  if (comment.block === null && places.length === 1) throw unreadable();
  const above = pieces[0] === '' ? wholeLine(text, first) : { ...first, text: pieces[0] ?? '' };
  const behind = places[1] ?? { start: comment.anchor, end: comment.anchor };
  return [above, { ...behind, text: pieces[1] ?? '' }];
}

function wholeLine(text: ByteText, { start, end }: IniPiece): Splice {
  if (start === end) return { start, end, text: '' };
  return { start: lineStartAt(text, start), end: lineEndAt(text, start), text: '' };
}

function lineBreakOf(text: ByteText, at: number): string {
  return text.slice(0, lineEndAt(text, at)).endsWith('\r\n') ? '\r\n' : '\n';
}

function unreadable(): SopskitError {
  return new SopskitError('sops.layout', 'The recorded spelling of an INI comment cannot be read');
}
