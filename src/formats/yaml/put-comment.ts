import type { Entry, Node, Value } from '../../tree/value.ts';
import type { Splice } from './edit-splice.ts';
import type { CommentLine, YamlNode } from './node.ts';
import { lineStart, nextLine, startsLine } from './place-line.ts';
import type { MemberPlace } from './place-member.ts';
import { Draft } from './put-draft.ts';
import type { PutGround } from './put-ground.ts';
import { itemLines, shiftLines } from './put-lines.ts';

/** Takes a comment out: its line, or what stands behind a value. */
export function withoutComment(text: string, { start, end }: CommentLine): Splice {
  if (startsLine(text, start)) return { start: lineStart(text, start), end: nextLine(text, end), text: '' };
  let from = start;
  while (text[from - 1] === ' ' || text[from - 1] === '\t') from -= 1;
  return { start: from, end, text: '' };
}

/**
 * Puts items in the places of comments of a block list, for an index may name a comment: on its line, or above the item
 * that it stands behind.
 */
export function exchangedComments(
  ground: PutGround,
  list: YamlNode,
  draft: Draft,
  placeOf: ReadonlyMap<Entry | Node, MemberPlace>,
): Splice[] {
  const { node } = draft;
  if (node.kind !== 'sequence' || list.style !== 'block') return [];
  const { text } = ground.source;
  return draft.members.flatMap(({ was, value }) => {
    if (was === null || was.kind !== 'comment' || value === was || value instanceof Draft) return [];
    const origin = ground.source.origins.get(was);
    if (origin?.kind !== 'comment') return [];
    const { comment } = origin;
    const without = withoutComment(text, comment);
    const behind = node.items.slice(node.items.indexOf(was)).find((item) => item.kind !== 'comment');
    const above = startsLine(text, comment.start) ? comment.start : placeOf.get(behind ?? was)?.start;
    if (above === undefined || !startsLine(text, above)) return [];
    const item = itemLines(value as Value, ground.places.step);
    const lines = shiftLines(item, ground.places.columnOf(list), ground.lineBreak);
    const at = lineStart(text, above);
    if (at === without.start) return [{ ...without, text: lines }];
    return [without, { start: at, end: at, text: lines }];
  });
}
