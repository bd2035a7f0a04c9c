import type { Comment, Entry, Mapping, Sequence, Value } from '../../tree/value.ts';
import { refusedKey } from './flow-spelling.ts';
import { escapeUnreadable } from './quoted-spelling.ts';

/** A mapping or sequence with its comments where sops puts them for go-yaml. Comment texts start with `#`. */
export interface Commented {
  /** The comments before the first member; all of them where there is no other member. */
  readonly head: string;
  readonly members: readonly CommentedMember[];
}

export interface CommentedMember {
  /** `null` in a sequence. */
  readonly key: string | null;
  readonly value: Value;
  /** Printed above the member. */
  readonly head: string;
  /** Printed behind the value. */
  readonly line: string;
  /** Printed below the member; only the last one has it. */
  foot: string;
}

/**
 * Gives each comment to the member it will be printed with. Follows `appendSequence` and `appendTreeBranch` of sops'
 * stores/yaml/store.go: a comment belongs to what follows it. Throws `document.not-emittable` for a key that is no string.
 */
export function placeComments(collection: Mapping | Sequence): Commented {
  const members: CommentedMember[] = [];
  let ownHead = '';
  let head: string[] = [];
  let inline: string[] = [];
  for (const member of collection.kind === 'mapping' ? collection.entries : collection.items) {
    if (member.kind === 'comment') {
      (member.inline ? inline : head).push(commentText(member));
      continue;
    }
    if (members.length === 0) {
      ownHead = joined(head);
      head = [];
    }
    members.push(commentedMember(member, joined(head), joined(inline)));
    if (head.length > 0) head = [];
    if (inline.length > 0) inline = [];
  }
  const rest = joined([...head, ...inline]);
  const last = members.at(-1);
  if (last === undefined) return { head: rest, members };
  last.foot = rest;
  return { head: ownHead, members };
}

function commentedMember(member: Entry | Value, head: string, line: string): CommentedMember {
  if (member.kind !== 'entry') return { key: null, value: member, head, line, foot: '' };
  if (typeof member.key !== 'string') throw refusedKey(member.key.type);
  return { key: member.key, value: member.value, head, line, foot: '' };
}

function commentText(comment: Comment): string {
  return `#${escapeUnreadable(comment.text)}`;
}

function joined(comments: readonly string[]): string {
  return comments.length === 0 ? '' : comments.join('\n');
}
