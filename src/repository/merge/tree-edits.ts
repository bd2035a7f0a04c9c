import type { Edit } from '../../formats/format.ts';
import type { Path } from '../../tree/path.ts';
import type { Mapping, Sequence, Value } from '../../tree/value.ts';
import { entriesIn, itemsIn, keyId, sameValue } from './value-id.ts';

type Changes = Change[] & { readonly whole: boolean };

type Change = Extract<Edit, { kind: 'put' | 'remove' }>;

/**
 * The smallest changes that turn the data of one tree into that of another. A list that only lost items keeps the others as
 * they stand; one of another length is put as a whole, as with `whole` all are.
 * Returns `null` where edits cannot say it: another number of documents, keys that are no strings.
 */
export function editsBetween(
  from: readonly Mapping[],
  to: readonly Mapping[],
  { whole = false }: { readonly whole?: boolean } = {},
): readonly Change[] | null {
  if (from.length !== to.length) return null;
  const changes: Changes = Object.assign([], { whole });
  const fits = from.every((branch, index) => {
    const wanted = to[index];
    return wanted !== undefined && mappingChanges(branch, wanted, index, [], changes);
  });
  return fits ? changes : null;
}

function mappingChanges(from: Mapping, to: Mapping, branch: number, path: Path, changes: Changes): boolean {
  const wanted = new Map(entriesIn(to).map((entry) => [keyId(entry), entry]));
  const there = new Map(entriesIn(from).map((entry) => [keyId(entry), entry]));
  if (wanted.size !== entriesIn(to).length || there.size !== entriesIn(from).length)
    return sameValue(from, to);
  for (const entry of there.values()) {
    const target = wanted.get(keyId(entry));
    if (target !== undefined && sameValue(entry.value, target.value)) continue;
    if (typeof entry.key !== 'string') return false;
    const place = [...path, entry.key];
    if (target === undefined) changes.push({ kind: 'remove', branch, path: place });
    else if (!valueChanges(entry.value, target.value, branch, place, changes)) return false;
  }
  for (const entry of wanted.values()) {
    if (there.has(keyId(entry))) continue;
    if (typeof entry.key !== 'string') return false;
    changes.push({ kind: 'put', branch, path: [...path, entry.key], value: entry.value });
  }
  return true;
}

function valueChanges(from: Value, to: Value, branch: number, path: Path, changes: Changes): boolean {
  if (from.kind === 'mapping' && to.kind === 'mapping' && from.entries.length > 0 && to.entries.length > 0)
    return mappingChanges(from, to, branch, path, changes);
  if (from.kind === 'sequence' && to.kind === 'sequence' && itemsIn(from).length === itemsIn(to).length)
    return itemChanges(from, to, branch, path, changes);
  if (from.kind === 'sequence' && to.kind === 'sequence' && !changes.whole) {
    const gone = itemsLost(from, to);
    if (gone !== null) {
      for (const index of gone) changes.push({ kind: 'remove', branch, path: [...path, index] });
      return true;
    }
  }
  changes.push({ kind: 'put', branch, path, value: to });
  return true;
}

/** The indexes, comments counted, of items without which a list is the other, which has some; last first. Else `null`. */
function itemsLost(from: Sequence, to: Sequence): number[] | null {
  const kept = itemsIn(to);
  const lost: number[] = [];
  let next = 0;
  for (const [index, item] of from.items.entries()) {
    if (item.kind === 'comment') continue;
    const target = kept[next];
    if (target !== undefined && sameValue(item, target)) next += 1;
    else lost.unshift(index);
  }
  return next === kept.length && kept.length > 0 ? lost : null;
}

/** Indexes count comments. */
function itemChanges(from: Sequence, to: Sequence, branch: number, path: Path, changes: Changes): boolean {
  const wanted = itemsIn(to);
  let next = 0;
  return from.items.every((item, index) => {
    if (item.kind === 'comment') return true;
    const target = wanted[next++];
    if (target === undefined || sameValue(item, target)) return true;
    return valueChanges(item, target, branch, [...path, index], changes);
  });
}
