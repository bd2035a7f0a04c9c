import type { Comment } from '../../tree/value.ts';
import type { Splice } from './edit-splice.ts';
import type { YamlNode } from './node.ts';
import { indentOf, lineStart, startsLine } from './place-line.ts';
import type { MemberPlace } from './place-member.ts';
import { indicatorEndOf, memberPlaces, skipBlank } from './place-member.ts';
import { propertiesOf } from './place-property.ts';
import type { PutGround } from './put-ground.ts';

/** Comments by the scalar items that carry their ciphertexts, as sops writes comments in lists. */
export type OpenedItems = ReadonlyMap<YamlNode, Comment>;

/**
 * Turns items of one list into comment lines in their places. A list of which nothing else is left becomes `[]`, with
 * the comments below it at the column of the entry or item it stands in, as sops prints it.
 */
export function openItems(ground: PutGround, list: YamlNode, opened: OpenedItems): Splice[] {
  const places = memberPlaces(ground.source.text, list).flatMap((place) => {
    const comment = opened.get(place.value);
    return comment === undefined ? [] : [{ place, comment }];
  });
  if (list.style === 'flow') return places.map(({ place, comment }) => flowComment(ground, place, comment));
  if (places.length < list.content.length) {
    const column = ground.places.columnOf(list);
    return places.map(({ place: { start, end }, comment }) => {
      return { start, end, text: commentLines(comment, column, ground.lineBreak) };
    });
  }
  return emptyList(ground, list, places);
}

function emptyList(
  ground: PutGround,
  list: YamlNode,
  places: readonly { readonly place: MemberPlace; readonly comment: Comment }[],
): Splice[] {
  const { text } = ground.source;
  const standing = ground.places.of(list);
  const column = standing === null ? 0 : ground.places.columnOf(standing.parent);
  const onLine = places[0] !== undefined && !startsLine(text, places[0].place.start);
  const splices = places.map(({ place, comment }, index) => {
    const lines = ' '.repeat(column) + commentLines(comment, column, ground.lineBreak);
    if (onLine && index === 0)
      return { start: place.start, end: place.end, text: `[]${ground.lineBreak}${lines}` };
    return { start: lineStart(text, place.start), end: place.end, text: lines };
  });
  if (onLine) return splices;
  const at = behindKey(ground, list);
  return [{ start: at, end: at, text: ' []' }, ...splices];
}

/** Behind the `:` or `-` that a collection on the next line belongs to, and behind its tag and anchor. */
function behindKey(ground: PutGround, node: YamlNode): number {
  const { text } = ground.source;
  const property = propertiesOf(text, node).at(-1);
  if (property !== undefined) return property.start + property.text.length;
  return indicatorEndOf(text, ground.places.of(node));
}

function commentLines(comment: Comment, column: number, lineBreak: string): string {
  return `#${comment.text.replaceAll('\n', `${lineBreak}${' '.repeat(column)}#`)}`;
}

/** In a flow list a comment gets a line of its own, and the item's comma goes. */
function flowComment(ground: PutGround, place: MemberPlace, comment: Comment): Splice {
  const { text } = ground.source;
  const next = skipBlank(text, place.end);
  const column = indentOf(text, place.start) + 2;
  const newLine = ground.lineBreak + ' '.repeat(column);
  const line = commentLines(comment, column, ground.lineBreak);
  return {
    start: place.start,
    end: text[next] === ',' ? next + 1 : place.end,
    text: newLine + line + newLine,
  };
}
