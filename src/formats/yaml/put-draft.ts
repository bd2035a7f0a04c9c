import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Path } from '../../tree/path.ts';
import { printPath } from '../../tree/path.ts';
import type { Comment, Entry, Key, Mapping, Node, Sequence, Value } from '../../tree/value.ts';
import type { Edit } from '../format.ts';

/** A member of a collection that is being changed. */
export interface DraftMember {
  readonly key: Key | null;
  /** The member of the read tree that stands here; `null` for a new one. */
  readonly was: Entry | Node | null;
  value: Node | Draft;
  removed: boolean;
}

/**
 * A collection while values are put into it and removed from it, as sops' `set` and `unset` do (sops.go). Only the
 * collections on the edited paths become drafts.
 */
export class Draft {
  readonly kind = 'draft';
  readonly node: Mapping | Sequence;
  readonly #members: DraftMember[];
  #byKey: Map<string, DraftMember[]> | null = null;

  constructor(node: Mapping | Sequence) {
    this.node = node;
    this.#members = node.kind === 'mapping' ? node.entries.map(draftEntry) : node.items.map(draftItem);
  }

  /** What is left and what is new, in order. */
  get members(): readonly DraftMember[] {
    return this.#members.filter((member) => !member.removed);
  }

  get isMapping(): boolean {
    return this.node.kind === 'mapping';
  }

  /** The collections in it that are being changed. */
  get drafts(): readonly Draft[] {
    return this.members.flatMap(({ value }) => (value instanceof Draft ? [value] : []));
  }

  apply(step: Extract<Edit, { kind: 'put' | 'remove' }>): void {
    if (step.kind === 'put') this.put(step.path, step.value);
    else this.remove(step.path);
  }

  /**
   * Sets the value at a path. A key that is missing and an index past the end append. Throws `document.path-not-found`
   * for a key in a list, where sops panics, and for an index in a mapping, where it does nothing without a word.
   */
  put(path: Path, value: Value): void {
    const [step, ...rest] = path;
    if (step === undefined) return;
    const found = this.#find(step);
    if (found !== undefined) {
      if (rest.length === 0) found.value = value;
      else putBelow(found, rest, value);
    } else {
      if (this.isMapping !== (typeof step === 'string')) throw notFound(path, mismatch(this.isMapping));
      this.#append(typeof step === 'string' ? step : null, valueAtPath(rest, value));
    }
  }

  /** Removes what is at a path. Throws `document.path-not-found`. */
  remove(path: Path, whole: Path = path): void {
    const [step, ...rest] = path;
    const found = step === undefined ? undefined : this.#find(step);
    if (step === undefined || found === undefined) throw notFound(whole);
    if (rest.length === 0) {
      this.#drop(found, step);
      return;
    }
    const below = openMember(found);
    if (below === null) throw notFound(whole);
    below.remove(rest, whole);
  }

  #find(step: string | number): DraftMember | undefined {
    if (typeof step === 'number') return this.isMapping ? undefined : this.#members[step];
    if (!this.isMapping) return undefined;
    this.#byKey ??= membersByKey(this.#members);
    return this.#byKey.get(step)?.[0];
  }

  #append(key: Key | null, value: Value): void {
    const member: DraftMember = { key, was: null, value, removed: false };
    this.#members.push(member);
    if (typeof key === 'string') this.#byKey?.set(key, [member]);
  }

  /** Marks an entry and takes an item out: indexes must stay right, and entries may be many. */
  #drop(member: DraftMember, step: string | number): void {
    if (typeof step === 'number') {
      this.#members.splice(step, 1);
    } else {
      member.removed = true;
      this.#byKey?.get(step)?.shift();
    }
  }

  /** The tree as it is now; parts without a change are those of the read tree. */
  finish(): Mapping | Sequence {
    if (this.node.kind === 'sequence') return { kind: 'sequence', items: this.members.map(finishMember) };
    const entries = this.members.map((member): Entry | Comment => {
      const value = finishMember(member);
      if (member.key === null) return value as Comment;
      return { kind: 'entry', key: member.key, value: value as Value };
    });
    return { kind: 'mapping', entries };
  }
}

function draftEntry(entry: Entry | Comment): DraftMember {
  if (entry.kind === 'comment') return draftItem(entry);
  return { key: entry.key, was: entry, value: entry.value, removed: false };
}

function draftItem(item: Node): DraftMember {
  return { key: null, was: item, value: item, removed: false };
}

function membersByKey(members: readonly DraftMember[]): Map<string, DraftMember[]> {
  const found = new Map<string, DraftMember[]>();
  for (const member of members) {
    if (typeof member.key !== 'string' || member.removed) continue;
    const sameKey = found.get(member.key);
    if (sameKey === undefined) found.set(member.key, [member]);
    else sameKey.push(member);
  }
  return found;
}

function finishMember(member: DraftMember): Node {
  return member.value instanceof Draft ? member.value.finish() : member.value;
}

/** The member's value as a draft; `null` where it is a scalar. */
function openMember(member: DraftMember): Draft | null {
  const { value } = member;
  if (value instanceof Draft) return value;
  if (value.kind !== 'mapping' && value.kind !== 'sequence') return null;
  const draft = new Draft(value);
  member.value = draft;
  return draft;
}

function putBelow(member: DraftMember, path: Path, value: Value): void {
  const below = openMember(member);
  if (below === null) member.value = valueAtPath(path, value);
  else below.put(path, value);
}

function valueAtPath(path: Path, value: Value): Value {
  return path.reduceRight<Value>((inner, step) => {
    if (typeof step === 'number') return { kind: 'sequence', items: [inner] };
    return { kind: 'mapping', entries: [{ kind: 'entry', key: step, value: inner }] };
  }, value);
}

function mismatch(isMapping: boolean): string {
  return isMapping ? 'an index cannot be looked up in a map' : 'a key cannot be looked up in a list';
}

function notFound(path: Path, problem = 'there is no such value'): SopskitError {
  return new SopskitError('document.path-not-found', `${printPath(path)}: ${problem}`, { place: { path } });
}
