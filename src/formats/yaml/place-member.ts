import type { Comment, Mapping, Node, Sequence } from '../../tree/value.ts';
import { blockScalarAt } from './edit-body.ts';
import type { CommentLine, YamlNode } from './node.ts';
import type { Standing } from './place-context.ts';
import type { YamlSource } from './read.ts';

/** Where a member of a collection lies in the text. */
export interface MemberPlace {
  /** Of its key, its `?`, or its `-`. */
  readonly start: number;
  /** Behind its `:` or `-`; in a flow sequence `start`. */
  readonly indicatorEnd: number;
  /** Behind its last character, a block scalar's last line break not included. */
  readonly end: number;
  readonly value: YamlNode;
}

/** The places of a collection's members, comments left out: one an entry or item of the tree. */
export function memberPlaces(text: string, collection: YamlNode): MemberPlace[] {
  const places: MemberPlace[] = [];
  const step = collection.kind === 'mapping' ? 2 : 1;
  let from = collection.valueStart + (collection.style === 'flow' ? 1 : 0);
  for (let index = 0; index + step <= collection.content.length; index += step) {
    const place = placeAt(text, collection, index, from);
    if (place !== null) places.push(place);
    from = place === null ? from : Math.max(place.end, place.indicatorEnd);
  }
  return places;
}

function placeAt(text: string, collection: YamlNode, index: number, from: number): MemberPlace | null {
  const first = collection.content[index];
  const value = collection.kind === 'mapping' ? collection.content[index + 1] : first;
  if (first === undefined || value === undefined) return null;
  if (collection.kind === 'mapping') {
    const mark = skipBlank(text, from, ',');
    const start = text[mark] === '?' && mark < first.start ? mark : first.start;
    const colon = skipBlank(text, first.end);
    const indicatorEnd = text[colon] === ':' ? colon + 1 : first.end;
    return { start, indicatorEnd, end: Math.max(contentEnd(text, value), indicatorEnd), value };
  }
  if (collection.style === 'flow')
    return { start: first.start, indicatorEnd: first.start, end: first.end, value };
  const start = skipBlank(text, from);
  return { start, indicatorEnd: start + 1, end: Math.max(contentEnd(text, value), start + 1), value };
}

/** Behind the `:` or `-` that a block collection's member stands behind. */
export function indicatorEndOf(text: string, standing: Standing | null): number {
  if (standing === null) return 0;
  const { parent, index } = standing;
  if (parent.kind === 'mapping') return skipBlank(text, parent.content[index - 1]?.end ?? 0) + 1;
  return memberPlaces(text, parent)[index]?.indicatorEnd ?? parent.valueStart;
}

/** The last node in the text of a block collection, at any depth; any other node itself. */
export function lastNode(node: YamlNode): YamlNode {
  let last = node;
  while (last.style === 'block') {
    const next = last.content.at(-1);
    if (next === undefined) break;
    last = next;
  }
  return last;
}

/** The end of a node's content, without the line break of the block scalar that may end it. */
export function contentEnd(text: string, node: YamlNode): number {
  const last = lastNode(node);
  if (last.style !== 'literal' && last.style !== 'folded') return Math.max(last.end, node.start);
  const { bodyEnd, headerLineEnd, bodyStart } = blockScalarAt(text, last);
  return bodyEnd > bodyStart ? bodyEnd : headerLineEnd;
}

const blank = /(?:[ \t\r\n\x85\u2028\u2029]+|#[^\r\n\x85\u2028\u2029]*)*/y;

/** The first offset from `from` that is neither blank nor in a comment nor the character `also`. */
export function skipBlank(text: string, from: number, also = ''): number {
  let at = from;
  for (;;) {
    blank.lastIndex = at;
    at += blank.exec(text)?.[0].length ?? 0;
    if (also === '' || text[at] !== also) return at;
    at += 1;
  }
}

/** The comments among a collection's own members that stand in the text itself, in tree order. */
export function ownComments(
  source: YamlSource,
  collection: Mapping | Sequence,
): { node: Comment; line: CommentLine }[] {
  const members: readonly (Node | Mapping['entries'][number])[] =
    collection.kind === 'mapping' ? collection.entries : collection.items;
  return members.flatMap((member) => {
    const origin = member.kind === 'comment' ? source.origins.get(member) : undefined;
    if (member.kind !== 'comment' || origin?.kind !== 'comment' || origin.alias !== null) return [];
    return [{ node: member, line: origin.comment }];
  });
}

/** The comments anywhere below a node that stand in the text itself, in tree order. */
export function commentsBelow(source: YamlSource, node: Node): CommentLine[] {
  if (node.kind === 'mapping') {
    return node.entries.flatMap((member) =>
      commentsBelow(source, member.kind === 'entry' ? member.value : member),
    );
  }
  if (node.kind === 'sequence') return node.items.flatMap((item) => commentsBelow(source, item));
  const origin = node.kind === 'comment' ? source.origins.get(node) : undefined;
  return origin?.kind === 'comment' && origin.alias === null ? [origin.comment] : [];
}
