import type { Mapping, Node, Scalar, Sequence } from '../../tree/value.ts';
import { equalValues } from '../equal-values.ts';

/** A scalar of the metadata in the text, and what it becomes. */
export interface ScalarChange {
  readonly from: Scalar;
  readonly to: Scalar;
}

/** The scalars in which two trees of the same shape differ; `null` for trees of different shapes. */
export function changedScalars(from: Node, to: Node): readonly ScalarChange[] | null {
  const changes: ScalarChange[] = [];
  return compare(from, to, changes) ? changes : null;
}

function compare(from: Node, to: Node, changes: ScalarChange[]): boolean {
  if (from.kind === 'mapping') return to.kind === 'mapping' && compareMappings(from, to, changes);
  if (from.kind === 'sequence') return to.kind === 'sequence' && compareItems(from, to, changes);
  if (from.kind === 'comment' || to.kind === 'comment') return false;
  if (to.kind === 'mapping' || to.kind === 'sequence') return false;
  if (equalValues(from, to)) return true;
  changes.push({ from, to });
  return from.kind !== 'null' && to.kind !== 'null';
}

function compareMappings(from: Mapping, to: Mapping, changes: ScalarChange[]): boolean {
  const before = from.entries.filter((member) => member.kind === 'entry');
  const after = to.entries.filter((member) => member.kind === 'entry');
  return (
    before.length === after.length &&
    before.every((entry, index) => {
      const other = after[index];
      return other !== undefined && entry.key === other.key && compare(entry.value, other.value, changes);
    })
  );
}

function compareItems(from: Sequence, to: Sequence, changes: ScalarChange[]): boolean {
  const before = from.items.filter((item) => item.kind !== 'comment');
  return (
    before.length === to.items.length &&
    before.every((item, index) => {
      const other = to.items[index];
      return other !== undefined && compare(item, other, changes);
    })
  );
}
