import type { Mapping, Node, Sequence } from '../../tree/value.ts';
import { blockScalarAt } from './edit-body.ts';
import type { Splice } from './edit-splice.ts';
import type { CommentLine, YamlNode } from './node.ts';
import { beforeBreak, lineStart, nextLine, startsLine } from './place-line.ts';
import type { MemberPlace } from './place-member.ts';
import { commentsBelow, lastNode, ownComments } from './place-member.ts';
import type { PutGround } from './put-ground.ts';

/** A member to take out, with the tree of its value. */
export interface Removal {
  readonly place: MemberPlace;
  readonly value: Node;
}

/**
 * Takes members out of a collection of which some stay. Comments that sops would keep stay: those of the collection
 * itself, each on a line of its own.
 */
export function removeMembers(
  ground: PutGround,
  collection: YamlNode,
  tree: Mapping | Sequence,
  places: readonly MemberPlace[],
  removals: readonly Removal[],
): Splice[] {
  const gone = new Set(removals.map(({ place }) => place));
  if (collection.style === 'flow') return removeFromFlow(places, gone);
  const kept = ownComments(ground.source, tree).map(({ line }) => line);
  const column = ground.places.columnOf(collection);
  const next = nextKept(places, gone);
  const before = new Map(places.slice(1).map((place, index) => [place, places[index]]));
  return removals.flatMap((removal) => {
    const { text } = ground.source;
    if (startsLine(text, removal.place.start)) {
      return removeLines(ground, removal, kept, column, before.get(removal.place));
    }
    return removeBehindIndicator(ground, removal, kept, column, next.get(removal.place) ?? removal.place.end);
  });
}

function removeFromFlow(places: readonly MemberPlace[], gone: ReadonlySet<MemberPlace>): Splice[] {
  const lastKept = places.findLastIndex((place) => !gone.has(place));
  return places.flatMap((place, index) => {
    if (!gone.has(place)) return [];
    const next = places[index + 1];
    if (index < lastKept && next !== undefined) return [{ start: place.start, end: next.start, text: '' }];
    return [{ start: places[index - 1]?.end ?? place.start, end: place.end, text: '' }];
  });
}

/** The start of the first member that stays behind each one that goes. */
function nextKept(places: readonly MemberPlace[], gone: ReadonlySet<MemberPlace>): Map<MemberPlace, number> {
  const next = new Map<MemberPlace, number>();
  let start: number | null = null;
  for (const place of places.toReversed()) {
    if (!gone.has(place)) start = place.start;
    else if (start !== null) next.set(place, start);
  }
  return next;
}

function removeLines(
  ground: PutGround,
  removal: Removal,
  kept: readonly CommentLine[],
  column: number,
  above: MemberPlace | undefined,
): Splice[] {
  const { text } = ground.source;
  const start = lineStart(text, removal.place.start);
  const end = endOfLines(text, removal.place, above);
  const lines = within(kept, start, end).map((line) => ' '.repeat(column) + line.text + ground.lineBreak);
  const behind = commentsBelow(ground.source, removal.value).filter((line) => line.start >= end);
  const atEnd =
    end === text.length &&
    beforeBreak(text, end) === end &&
    lines.length === 0 &&
    !needsBreak(text, above, start);
  return [
    { start: atEnd ? beforeBreak(text, start) : start, end, text: lines.join('') },
    ...behind.map((line) => ({
      start: lineStart(text, line.start),
      end: nextLine(text, line.end),
      text: '',
    })),
  ];
}

/** Blank lines behind go too where the value above would take them in. */
function endOfLines(text: string, place: MemberPlace, above: MemberPlace | undefined): number {
  const end = nextLine(text, place.end);
  if (above === undefined || nextLine(text, above.end) < lineStart(text, place.start)) return end;
  const last = lastNode(above.value);
  if (last.block === null || blockScalarAt(text, last).chomp !== '+') return end;
  return end + (/^(?:[ \t]*(?:\r\n|[\r\n\x85\u2028\u2029]))*/.exec(text.slice(end))?.[0].length ?? 0);
}

/** Whether the line break before `offset` is part of the value of the member above. */
function needsBreak(text: string, place: MemberPlace | undefined, offset: number): boolean {
  if (place === undefined || nextLine(text, place.end) < offset) return false;
  const last = lastNode(place.value);
  if (last.style !== 'literal' && last.style !== 'folded') return false;
  return blockScalarAt(text, last).chomp !== '-';
}

/** The first member of a collection that starts on the line of a `-` around it: the next one moves up. */
function removeBehindIndicator(
  ground: PutGround,
  removal: Removal,
  kept: readonly CommentLine[],
  column: number,
  end: number,
): Splice[] {
  const { start } = removal.place;
  const lines = within(kept, start, end).map((line) => line.text + ground.lineBreak + ' '.repeat(column));
  return [{ start, end, text: lines.join('') }];
}

/** The lines that start in a stretch; both lists are in text order, and the stretch is short. */
function within(lines: readonly CommentLine[], start: number, end: number): CommentLine[] {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.start ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  const found: CommentLine[] = [];
  for (let line = lines[low]; line !== undefined && line.start < end; line = lines[++low]) found.push(line);
  return found;
}
