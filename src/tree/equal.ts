import type { Entry, Mapping, Node, Sequence, Value } from './value.ts';

/** Whether two trees hold the same data: keys, order, types and values; comments and places do not count. */
export function sameData(one: Value, other: Value): boolean {
  if (one.kind === 'mapping') return other.kind === 'mapping' && sameEntries(one, other);
  if (one.kind === 'sequence') return other.kind === 'sequence' && sameItems(one, other);
  if (one.kind !== other.kind) return false;
  switch (one.kind) {
    case 'null':
      return true;
    case 'odd':
      return other.kind === 'odd' && one.type === other.type && one.text === other.text;
    case 'bytes':
      return other.kind === 'bytes' && Buffer.compare(one.value, other.value) === 0;
    default:
      return 'value' in other && Object.is(one.value, other.value);
  }
}

function sameEntries(one: Mapping, other: Mapping): boolean {
  const ours = one.entries.filter((member): member is Entry => member.kind === 'entry');
  const theirs = other.entries.filter((member): member is Entry => member.kind === 'entry');
  if (ours.length !== theirs.length) return false;
  return ours.every((entry, index) => {
    const match = theirs[index];
    return match !== undefined && keyText(entry) === keyText(match) && sameData(entry.value, match.value);
  });
}

function sameItems(one: Sequence, other: Sequence): boolean {
  const ours = one.items.filter(isValue);
  const theirs = other.items.filter(isValue);
  if (ours.length !== theirs.length) return false;
  return ours.every((item, index) => {
    const match = theirs[index];
    return match !== undefined && sameData(item, match);
  });
}

function isValue(node: Node): node is Value {
  return node.kind !== 'comment';
}

function keyText(entry: Entry): string {
  return typeof entry.key === 'string' ? `s${entry.key}` : `${entry.key.type}\0${entry.key.text}`;
}
