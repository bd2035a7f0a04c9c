import { printDecimal } from './go-float.ts';
import type { Entry, Mapping, Node, Scalar, Sequence, Value } from './value.ts';

type Same = (one: Scalar, other: Scalar) => boolean;

/** Whether two trees hold the same data: keys, order, types and values; comments and places do not count. */
export function sameData(one: Value, other: Value): boolean {
  return sameValue(one, other, sameScalar);
}

/** Whether two trees hold data that a text spells alike: `3` is all that can be said of the float 3 and the int 3. */
export function sameSpelledData(one: Value, other: Value): boolean {
  return sameValue(one, other, (ours, theirs) => sameScalar(ours, theirs) || sameDecimal(ours, theirs));
}

function sameDecimal(one: Scalar, other: Scalar): boolean {
  const [ours, theirs] = [decimalOf(one), decimalOf(other)];
  return ours !== null && ours === theirs;
}

function decimalOf(scalar: Scalar): string | null {
  if (scalar.kind === 'int') return scalar.value.toString();
  return scalar.kind === 'float' ? printDecimal(scalar.value) : null;
}

function sameValue(one: Value, other: Value, same: Same): boolean {
  if (one.kind === 'mapping') return other.kind === 'mapping' && sameEntries(one, other, same);
  if (one.kind === 'sequence') return other.kind === 'sequence' && sameItems(one, other, same);
  return other.kind !== 'mapping' && other.kind !== 'sequence' && same(one, other);
}

function sameScalar(one: Scalar, other: Scalar): boolean {
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

function sameEntries(one: Mapping, other: Mapping, same: Same): boolean {
  const ours = one.entries.filter((member): member is Entry => member.kind === 'entry');
  const theirs = other.entries.filter((member): member is Entry => member.kind === 'entry');
  if (ours.length !== theirs.length) return false;
  return ours.every((entry, index) => {
    const match = theirs[index];
    return (
      match !== undefined && keyText(entry) === keyText(match) && sameValue(entry.value, match.value, same)
    );
  });
}

function sameItems(one: Sequence, other: Sequence, same: Same): boolean {
  const ours = one.items.filter(isValue);
  const theirs = other.items.filter(isValue);
  if (ours.length !== theirs.length) return false;
  return ours.every((item, index) => {
    const match = theirs[index];
    return match !== undefined && sameValue(item, match, same);
  });
}

function isValue(node: Node): node is Value {
  return node.kind !== 'comment';
}

function keyText(entry: Entry): string {
  return typeof entry.key === 'string' ? `s${entry.key}` : `${entry.key.type}\0${entry.key.text}`;
}
