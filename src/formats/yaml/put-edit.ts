import type { Comment, Entry, Mapping, Node, Sequence, Value } from '../../tree/value.ts';
import { metadataKey } from '../metadata-place.ts';
import type { Splice } from './edit-splice.ts';
import type { YamlNode } from './node.ts';
import type { MemberPlace } from './place-member.ts';
import { memberPlaces } from './place-member.ts';
import type { Stretch } from './place-stretch.ts';
import { appendMembers, type NewMember } from './put-append.ts';
import { exchangedComments, withoutComment } from './put-comment.ts';
import { Draft, type DraftMember } from './put-draft.ts';
import type { PutGround } from './put-ground.ts';
import { removeMembers } from './put-remove.ts';
import { replaceValue } from './put-replace.ts';

/** How changes are spliced in; ways that keep less of the layout are for texts that would else read differently. */
export interface PutManner {
  /** Whether a blank line goes before what is appended: it keeps the comment above with what is above it. */
  readonly spaced: boolean;
  /** Collections to write anew as a whole. */
  readonly coarse: ReadonlySet<Draft>;
}

/** Turns what was put into and removed from a tree into splices of its text. */
export class PutEdit {
  readonly splices: Splice[] = [];
  /** Where data changes: aliases to what is there must not follow. */
  readonly changed: Stretch[] = [];
  readonly #ground: PutGround;
  readonly #gone = new Set<MemberPlace>();
  readonly #manner: PutManner;

  constructor(ground: PutGround, manner: PutManner) {
    this.#ground = ground;
    this.#manner = manner;
  }

  /** Returns `false` where the collection cannot be changed piece by piece and must be written anew. */
  collection(draft: Draft): boolean {
    const origin = this.#ground.source.origins.get(draft.node);
    if (origin?.kind !== 'node' || origin.alias !== null || this.#manner.coarse.has(draft)) return false;
    const { node } = origin;
    const originals = originalMembers(draft.node);
    const places = memberPlaces(this.#ground.source.text, node);
    if (places.length !== originals.length || places.length === 0) return false;
    const placeOf = new Map<Entry | Node, MemberPlace>();
    originals.forEach((member, index) => {
      const place = places[index];
      if (place !== undefined) placeOf.set(member, place);
    });
    const kept = draft.members.filter((member) => member.was !== null && placeOf.has(member.was));
    if (kept.length === 0) return false;
    this.#removed(draft, node, places, placeOf, kept);
    this.#comments(draft);
    this.splices.push(...exchangedComments(this.#ground, node, draft, placeOf));
    for (const member of kept) this.#kept(node, member, placeOf);
    return this.#appended(draft, node, places);
  }

  #removed(
    draft: Draft,
    node: YamlNode,
    places: readonly MemberPlace[],
    placeOf: ReadonlyMap<Entry | Node, MemberPlace>,
    kept: readonly DraftMember[],
  ): void {
    const stay = new Set(kept.map((member) => member.was));
    const removals = [...placeOf].flatMap(([member, place]) =>
      stay.has(member) ? [] : [{ place, value: member.kind === 'entry' ? member.value : member }],
    );
    if (removals.length === 0) return;
    for (const { place } of removals) {
      this.changed.push(place);
      this.#gone.add(place);
    }
    this.splices.push(...removeMembers(this.#ground, node, draft.node, places, removals));
  }

  /** Takes out comment lines that an index named. */
  #comments(draft: Draft): void {
    if (draft.node.kind === 'mapping') return;
    const stay = new Set<Entry | Node | null>(draft.members.map((member) => member.was));
    const { source } = this.#ground;
    for (const item of draft.node.items) {
      const origin = source.origins.get(item);
      if (stay.has(item) || origin?.kind !== 'comment') continue;
      this.splices.push(withoutComment(source.text, origin.comment));
    }
  }

  #kept(collection: YamlNode, member: DraftMember, placeOf: ReadonlyMap<Entry | Node, MemberPlace>): void {
    const { was } = member;
    const place = was === null ? undefined : placeOf.get(was);
    if (was === null || place === undefined) return;
    const old = was.kind === 'entry' ? was.value : was;
    if (member.value === old) return;
    if (member.value instanceof Draft && this.collection(member.value)) return;
    const value = (member.value instanceof Draft ? member.value.finish() : member.value) as Value;
    this.changed.push(place);
    this.splices.push(...replaceValue(this.#ground, { collection, place, was: old, value }));
  }

  #appended(draft: Draft, node: YamlNode, places: readonly MemberPlace[]): boolean {
    const members = draft.members.filter((member) => member.was === null).map(newMember);
    if (members.length === 0) return true;
    const isRoot = this.#ground.places.of(node) === null;
    const before = isRoot ? beforeMetadata(draft.node, places) : { tree: draft.node, places };
    const kept =
      node.style === 'flow' ? before.places.filter((place) => !this.#gone.has(place)) : before.places;
    if (kept.length === 0) return false;
    this.changed.push({ start: node.valueStart, end: node.valueStart + 1 });
    this.splices.push(...appendMembers(this.#ground, node, before.tree, kept, members, this.#manner.spaced));
    return true;
  }
}

function originalMembers(node: Mapping | Sequence): (Entry | Exclude<Node, Comment>)[] {
  const members: readonly (Entry | Node)[] = node.kind === 'mapping' ? node.entries : node.items;
  return members.filter((member): member is Entry | Exclude<Node, Comment> => member.kind !== 'comment');
}

function newMember(member: DraftMember): NewMember {
  const value = (member.value instanceof Draft ? member.value.finish() : member.value) as Value;
  return member.key === null ? value : { kind: 'entry', key: member.key, value };
}

/** What stands before the metadata, where these come last in the file. */
function beforeMetadata(
  tree: Mapping | Sequence,
  places: readonly MemberPlace[],
): { readonly tree: Mapping | Sequence; readonly places: readonly MemberPlace[] } {
  if (tree.kind === 'sequence') return { tree, places };
  const last = tree.entries.findLastIndex((member) => member.kind === 'entry');
  const member = tree.entries[last];
  if (member?.kind !== 'entry' || member.key !== metadataKey) return { tree, places };
  return { tree: { kind: 'mapping', entries: tree.entries.slice(0, last) }, places: places.slice(0, -1) };
}
