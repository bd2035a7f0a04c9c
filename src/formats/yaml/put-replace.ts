import type { Entry, Node, Scalar, Value } from '../../tree/value.ts';
import { blockScalarAt } from './edit-body.ts';
import { respellContent } from './edit-open.ts';
import type { Splice } from './edit-splice.ts';
import { spellFlow } from './flow-spelling.ts';
import type { YamlNode } from './node.ts';
import { beforeBreak, lineEnd, lineStart, nextLine, startsLine } from './place-line.ts';
import type { MemberPlace } from './place-member.ts';
import { commentsBelow } from './place-member.ts';
import { dropProperty, propertiesOf } from './place-property.ts';
import type { PutGround } from './put-ground.ts';
import { isBlock, shiftLines, valueLines } from './put-lines.ts';
import { spellScalar } from './scalar-spelling.ts';

/** A value to put in the place of another one. */
export interface Replacement {
  readonly collection: YamlNode;
  readonly place: MemberPlace;
  readonly was: Node;
  readonly value: Value;
}

/**
 * Replaces a member's value by another one in go-yaml's spelling. Tag and anchor of the old value go with it; the
 * comment behind it stays.
 */
export function replaceValue(ground: PutGround, replacement: Replacement): Splice[] {
  const { collection, place } = replacement;
  if (collection.style === 'flow' || ground.places.of(collection)?.flow === true)
    return replaceInFlow(ground, replacement);
  if (isBlock(replacement.value)) return replaceByBlock(ground, replacement);
  if (place.value.style === 'block') return replaceBlockByInline(ground, replacement);
  if (replacement.value.kind === 'mapping' || replacement.value.kind === 'sequence') {
    return [...liftComment(ground, replacement), ...replaceInline(ground, replacement)];
  }
  return replaceInline(ground, replacement);
}

/**
 * Moves the comment behind a scalar to a line above its entry or item, where a collection takes the scalar's place:
 * behind that, the comment would become one of its members.
 */
function liftComment(ground: PutGround, { collection, place }: Replacement): Splice[] {
  const { text } = ground.source;
  const line = lineEnd(text, place.value.block === null ? place.end : place.value.valueStart);
  const from = place.value.block === null ? place.end : blockScalarAt(text, place.value).headerEnd;
  const comment = /^[ \t]+(#.*)$/s.exec(text.slice(from, line))?.[1];
  if (comment === undefined || !startsLine(text, place.start)) return [];
  const above = lineStart(text, place.start);
  const column = ' '.repeat(ground.places.columnOf(collection));
  return [
    { start: above, end: above, text: column + comment + ground.lineBreak },
    { start: from, end: line, text: '' },
  ];
}

function replaceInFlow(ground: PutGround, { place, value }: Replacement): Splice[] {
  const { start, end } = place.value;
  const spelling = inlineSpelling(value, { context: 'flow' });
  if (start < end) return [{ start, end, text: spelling }];
  const colon = ground.source.text[place.indicatorEnd - 1] === ':' ? '' : ':';
  return [{ start: place.indicatorEnd, end: place.indicatorEnd, text: `${colon} ${spelling}` }];
}

function inlineSpelling(value: Value, context: Parameters<typeof spellScalar>[1]): string {
  return value.kind === 'mapping' || value.kind === 'sequence'
    ? spellFlow(value)
    : spellScalar(value, context);
}

/** Scalar, alias or flow collection by scalar or empty collection: on the line where it is. */
function replaceInline(ground: PutGround, { collection, place, value }: Replacement): Splice[] {
  const node = place.value;
  const context = ground.places.memberContext(collection);
  if (node.start === node.end) {
    const at = place.indicatorEnd;
    return scalarAt(ground, { ...node, start: at, valueStart: at, end: at }, value, context, ' ');
  }
  return [
    ...propertiesOf(ground.source.text, node).map(dropProperty),
    ...scalarAt(ground, node, value, context, ''),
  ];
}

function scalarAt(
  ground: PutGround,
  node: YamlNode,
  value: Value,
  context: Parameters<typeof spellScalar>[1],
  before: string,
): Splice[] {
  const around = { text: ground.source.text, context, lineBreak: ground.lineBreak };
  if (value.kind === 'mapping' || value.kind === 'sequence') {
    const [content, ...rest] = respellContent(node, { kind: 'int', value: 0n }, around);
    const text = before + (value.kind === 'mapping' ? '{}' : '[]');
    return content === undefined ? rest : [{ ...content, text }, ...rest];
  }
  const [content, ...rest] = respellContent(node, value as Scalar, around);
  return content === undefined ? rest : [{ ...content, text: before + content.text }, ...rest];
}

/** A block collection by a scalar or an empty collection: it moves up behind the `:` or `-`. */
function replaceBlockByInline(ground: PutGround, replacement: Replacement): Splice[] {
  const { collection, place, value } = replacement;
  const at = place.indicatorEnd;
  const spelling = spellAlone(ground, collection, value);
  const cut = spelling.indexOf('\n');
  const header = cut === -1 ? spelling : spelling.slice(0, cut);
  const literal = cut === -1 ? '' : spelling.slice(cut) + missingBreak(ground.source.text, place.end);
  const body = literal.replaceAll('\n', ground.lineBreak) + keptComments(ground, replacement);
  return [{ start: at, end: at, text: ` ${header}` }, ...dropBlock(ground, replacement, body)];
}

/** Comments of a collection that has nothing else left: they go below it, where sops prints them. */
function keptComments(ground: PutGround, { collection, value }: Replacement): string {
  if (value.kind !== 'mapping' && value.kind !== 'sequence') return '';
  const members: readonly (Node | Entry)[] = value.kind === 'mapping' ? value.entries : value.items;
  const column = ground.places.columnOf(collection);
  return members
    .map((member) =>
      member.kind === 'comment' ? `${ground.lineBreak}${' '.repeat(column)}#${member.text}` : '',
    )
    .join('');
}

function spellAlone(ground: PutGround, collection: YamlNode, value: Value): string {
  if (value.kind === 'mapping') return '{}';
  if (value.kind === 'sequence') return '[]';
  return spellScalar(value, ground.places.memberContext(collection));
}

/** Takes a block collection out from behind its indicator, with its comments, and puts `lines` below that line. */
function dropBlock(ground: PutGround, { place, was }: Replacement, lines: string): Splice[] {
  const { text } = ground.source;
  const node = place.value;
  const properties = propertiesOf(text, node).map(dropProperty);
  const indicatorLine = lineEnd(text, place.indicatorEnd);
  const start = Math.min(indicatorLine, blankStart(text, node.valueStart, place.indicatorEnd));
  const behind = commentsBelow(ground.source, was).filter((line) => line.start > lineEnd(text, place.end));
  return [
    ...properties,
    { start, end: Math.max(place.end, lastInline(ground, was, place)), text: lines },
    ...behind.map((line) => ({
      start: lineStart(text, line.start),
      end: nextLine(text, line.end),
      text: '',
    })),
  ];
}

/** The end of a comment behind the last value of a block that goes: it goes too. */
function lastInline(ground: PutGround, was: Node, place: MemberPlace): number {
  const end = lineEnd(ground.source.text, place.end);
  const inline = commentsBelow(ground.source, was).some(
    (line) => line.start >= place.end && line.start < end,
  );
  return inline ? end : place.end;
}

/** Where the blanks before `offset` begin, not before `least`. */
function blankStart(text: string, offset: number, least: number): number {
  let at = offset;
  while (at > least && (text[at - 1] === ' ' || text[at - 1] === '\t')) at -= 1;
  return at;
}

/** Anything by a collection with members: on lines below a key, or behind a `- `. */
function replaceByBlock(ground: PutGround, replacement: Replacement): Splice[] {
  const { collection, place, value } = replacement;
  const { places, lineBreak } = ground;
  const lines = valueLines(value, places.step).replace(/\n$/, '');
  if (collection.kind === 'sequence') return replaceItem(ground, replacement, lines);
  const node = place.value;
  const sameKind = node.style === 'block' && node.kind === value.kind;
  const column = sameKind ? places.columnOf(node) : places.columnOf(collection) + places.step;
  const below =
    lineBreak + shiftLines(lines, column, lineBreak) + missingBreak(ground.source.text, place.end);
  if (node.style === 'block') return dropBlock(ground, replacement, below);
  return [...removeInline(ground, replacement), ...insertBelow(ground, place, below)];
}

/** Takes out a value that stands behind its key, and the blanks before it. */
function removeInline(ground: PutGround, { place }: Replacement): Splice[] {
  const { text } = ground.source;
  const node = place.value;
  if (node.start === node.end) return [];
  if (node.style === 'literal' || node.style === 'folded') {
    const [header, body] = respellContent(
      node,
      { kind: 'int', value: 0n },
      { text, context: { context: 'flow' }, lineBreak: '\n' },
    );
    if (header !== undefined && body !== undefined) {
      const start = blankStart(text, node.start, place.indicatorEnd);
      return [
        { ...header, start, text: '' },
        { ...body, text: '' },
      ];
    }
  }
  return [{ start: blankStart(text, node.start, place.indicatorEnd), end: node.end, text: '' }];
}

function insertBelow(ground: PutGround, place: MemberPlace, lines: string): Splice[] {
  const { value } = place;
  const line = value.start === value.end ? place.indicatorEnd : Math.max(place.indicatorEnd, value.end);
  const isBody = value.style === 'literal' || value.style === 'folded';
  const end = lineEnd(ground.source.text, isBody ? place.end : line);
  return [{ start: end, end, text: lines }];
}

function replaceItem(ground: PutGround, replacement: Replacement, lines: string): Splice[] {
  const { place, collection } = replacement;
  const { text } = ground.source;
  const column = ground.places.columnOf(collection) + 2;
  const shifted = shiftLines(lines, column, ground.lineBreak);
  const below = ground.lineBreak + shifted;
  if (place.value.style === 'block')
    return dropBlock(ground, replacement, below + missingBreak(text, place.end));
  const lifted = liftComment(ground, replacement);
  const content = ` ${shifted.slice(column)}${missingBreak(text, place.end)}`;
  return [...lifted, { start: place.indicatorEnd, end: place.end, text: content }];
}

/** A line break for lines that come to stand at the end of a text without one: a literal may be their last. */
function missingBreak(text: string, offset: number): string {
  const end = lineEnd(text, offset);
  return end === text.length && beforeBreak(text, end) === end ? '\n' : '';
}
