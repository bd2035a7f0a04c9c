import type { Entry, Mapping } from '../../tree/value.ts';
import type { EmitStyle } from '../format.ts';
import { blockScalarAt } from './edit-body.ts';
import type { Splice } from './edit-splice.ts';
import type { CommentLine, YamlDocument, YamlNode } from './node.ts';
import { beforeBreak, columnOf, lineEnd, lineStart, startsLine } from './place-line.ts';
import { commentsBelow, contentEnd, lastNode, memberPlaces, ownComments, skipBlank } from './place-member.ts';
import { flowMember, insertLines } from './put-append.ts';
import type { PutGround } from './put-ground.ts';
import { entryLines, shiftLines } from './put-lines.ts';

const DEFAULT_INDENT = 4;

/**
 * Adds the metadata to one document. They come last, below the comments that end the document; before the last entry
 * where these comments are indented or belong to something deeper, or where the text ends within a block scalar: there, lines at the
 * end would change what they belong to. So taking the lines out again restores the text.
 *
 * A document without content gets a blank line before them, by which it is told from `{}`.
 */
export function addMetadata(
  ground: PutGround,
  document: YamlDocument,
  branch: Mapping,
  entry: Entry,
  style: EmitStyle,
): Splice[] {
  const { root } = document;
  const lines = entryLines(entry, style.indent ?? DEFAULT_INDENT);
  if (root === null) return belowEmpty(ground, document, lines);
  if (root.kind !== 'mapping') return insteadOfNull(ground, root, lines);
  if (root.style === 'flow') return intoFlow(ground, root, entry);
  const column = ground.places.columnOf(root);
  const end = endOfContent(ground, document, branch, root);
  if (end === null) return beforeLast(ground, root, shiftLines(lines, column, ground.lineBreak));
  return insertLines(ground, end, root, lines, column);
}

/** Behind the last line that is not blank; `null` where the metadata cannot come behind it. */
function endOfContent(
  ground: PutGround,
  document: YamlDocument,
  branch: Mapping,
  root: YamlNode,
): number | null {
  const { source } = ground;
  const end = contentEnd(source.text, root);
  if (isTouchy(source.text, root, end)) return null;
  const line = lineEnd(source.text, end);
  const isBelow = (comment: CommentLine): boolean => comment.start > line && comment.start < document.end;
  const column = ground.places.columnOf(root);
  const own = ownComments(source, branch)
    .map((comment) => comment.line)
    .filter((comment) => isBelow(comment) && columnOf(source.text, comment.start) === column);
  const all = [...commentsBelow(source, branch), ...source.strays].filter(isBelow);
  if (own.length < all.length) return null;
  return own.reduce((last, comment) => Math.max(last, comment.end), end);
}

/** Whether lines behind the last node would change it, or the comments before it: a block scalar, an empty item. */
function isTouchy(text: string, root: YamlNode, end: number): boolean {
  const last = lastNode(root);
  if (last.start === last.end && text[last.start - 1] === '-') return true;
  if (last.style !== 'literal' && last.style !== 'folded') return false;
  return blockScalarAt(text, last).chomp !== '-' && lineEnd(text, end) === text.length;
}

function beforeLast(ground: PutGround, root: YamlNode, lines: string): Splice[] {
  const { text } = ground.source;
  const last = memberPlaces(text, root).at(-1);
  const start = last === undefined ? root.start : last.start;
  const at = startsLine(text, start) ? lineStart(text, start) : start;
  return [{ start: at, end: at, text: lines }];
}

function intoFlow(ground: PutGround, root: YamlNode, entry: Entry): Splice[] {
  const { text } = ground.source;
  const places = memberPlaces(text, root);
  const [first, last] = [places[0], places.at(-1)];
  const member = flowMember(entry);
  if (first === undefined || last === undefined) {
    return [{ start: root.valueStart + 1, end: root.valueStart + 1, text: member }];
  }
  const rest = text.slice(last.end, skipBlank(text, last.end, ','));
  if (rest.includes('#')) return [{ start: first.start, end: first.start, text: `${member}, ` }];
  return [{ start: last.end, end: last.end, text: `, ${member}` }];
}

/** Below all comments: all that is not blank in such a document is comments. */
function belowEmpty(ground: PutGround, document: YamlDocument, lines: string): Splice[] {
  const { contentStart, end } = document;
  const content = ground.source.text.slice(contentStart, end).trimEnd();
  return insertLines(ground, contentStart + content.length, null, `\n${lines}`, 0);
}

/** A document that is the word `null` or `~`. */
function insteadOfNull(ground: PutGround, root: YamlNode, lines: string): Splice[] {
  const { text } = ground.source;
  const column = ground.places.columnOf(root);
  const onLine = startsLine(text, root.start);
  const shifted = shiftLines(lines, onLine ? column : 0, ground.lineBreak);
  const content = shifted.slice(onLine ? column : 0, beforeBreak(shifted, shifted.length));
  return [{ start: root.start, end: root.end, text: onLine ? content : ground.lineBreak + content }];
}
