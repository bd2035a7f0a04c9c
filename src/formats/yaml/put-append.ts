import type { Entry, Mapping, Sequence, Value } from '../../tree/value.ts';
import { blockScalarAt } from './edit-body.ts';
import type { Splice } from './edit-splice.ts';
import { spellFlow } from './flow-spelling.ts';
import type { YamlNode } from './node.ts';
import { beforeBreak, behindBreak, lineEnd, nextLine } from './place-line.ts';
import type { MemberPlace } from './place-member.ts';
import { commentsBelow, contentEnd, lastNode } from './place-member.ts';
import type { PutGround } from './put-ground.ts';
import { entryLines, itemLines, shiftLines } from './put-lines.ts';

export type NewMember = Entry | Value;

/**
 * Appends members behind the last one of a collection that has some, and behind its comments; `spaced`: below a blank
 * line, in block style.
 */
export function appendMembers(
  ground: PutGround,
  collection: YamlNode,
  tree: Mapping | Sequence,
  places: readonly MemberPlace[],
  members: readonly NewMember[],
  spaced = false,
): Splice[] {
  const last = places.at(-1);
  if (last === undefined || members.length === 0) return [];
  if (collection.style === 'flow') {
    return [
      { start: last.end, end: last.end, text: members.map((member) => `, ${flowMember(member)}`).join('') },
    ];
  }
  const comments = commentsBelow(ground.source, tree).map((line) => line.end);
  const end = comments.reduce((a, b) => Math.max(a, b), last.end);
  const column = ground.places.columnOf(collection);
  const lines = (spaced ? '\n' : '') + memberLines(members, ground.places.step);
  const inserted = insertLines(ground, end, collection, lines, column);
  return lineEnd(ground.source.text, end) < ground.source.text.length
    ? inserted
    : withFinalBreak(inserted, ground);
}

/** New data end with a line break also where the text has none: a literal may be their last. */
function withFinalBreak(splices: readonly Splice[], ground: PutGround): Splice[] {
  return splices.map((splice, index) =>
    index === splices.length - 1 ? { ...splice, text: splice.text + ground.lineBreak } : splice,
  );
}

export function memberLines(members: readonly NewMember[], step: number): string {
  return members
    .map((member) => (member.kind === 'entry' ? entryLines(member, step) : itemLines(member, step)))
    .join('');
}

/** Inserts lines below the line of `end`, the last one of `above`. A text without a final break stays without one. */
export function insertLines(
  ground: PutGround,
  end: number,
  above: YamlNode | null,
  lines: string,
  column: number,
): Splice[] {
  const { text } = ground.source;
  const shifted = shiftLines(lines, column, ground.lineBreak);
  const behindLine = lineEnd(text, end);
  const at = behindBreak(text, behindLine);
  if (at > behindLine) return [{ start: at, end: at, text: shifted }];
  return [
    ...stripFinalBreak(text, above),
    { start: at, end: at, text: ground.lineBreak + shifted.slice(0, beforeBreak(shifted, shifted.length)) },
  ];
}

/** A block scalar that ends the text without a line break gets `-`, or the break to come would become part of it. */
function stripFinalBreak(text: string, above: YamlNode | null): Splice[] {
  if (above === null) return [];
  const last = lastNode(above);
  if (last.style !== 'literal' && last.style !== 'folded') return [];
  const { chomp, headerEnd } = blockScalarAt(text, last);
  if (chomp === '-' || nextLine(text, contentEnd(text, last)) < text.length) return [];
  const start = chomp === '+' ? text.indexOf('+', last.valueStart) : headerEnd;
  return [{ start, end: chomp === '+' ? start + 1 : start, text: '-' }];
}

/** One member as it stands in a flow collection. */
export function flowMember(member: NewMember): string {
  if (member.kind !== 'entry') return spellFlow(member);
  return spellFlow({ kind: 'mapping', entries: [member] }).slice(1, -1);
}
