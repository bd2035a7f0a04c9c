import { sameData } from '../../tree/equal.ts';
import { entriesOf, valueAt } from '../../tree/mapping.ts';
import type { Mapping, Sequence, Value } from '../../tree/value.ts';

/** Metadata that changes with every write, or that a Flux Kustomization or Helm puts on what it owns. */
const ownMetadata: ReadonlySet<string> = new Set([
  'managedFields',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'uid',
  'selfLink',
]);
const ownLabels =
  /^(?:(?:kustomize|helm)\.toolkit\.fluxcd\.io\/(?:name|namespace)|app\.kubernetes\.io\/managed-by)$/;
const ownAnnotations = /^meta\.helm\.sh\/release-(?:name|namespace)$/;

/**
 * Lists the fields, as printed paths, in which two objects differ: order of keys and what every write changes left out.
 * Never a value. Lists are compared item by item.
 */
export function differingFields(one: Mapping, other: Mapping): readonly string[] {
  return differ(compared(one), compared(other), '');
}

/** Lists the fields that the first has and the second has not. */
export function lostFields(one: Mapping, other: Mapping): readonly string[] {
  return lost(compared(one), compared(other), '');
}

function compared(object: Mapping): Mapping {
  return {
    kind: 'mapping',
    entries: entriesOf(object).flatMap((entry) => {
      if (entry.key === 'status') return [];
      if (entry.key !== 'metadata' || entry.value.kind !== 'mapping') return [entry];
      const entries = entriesOf(entry.value).flatMap((field) => {
        if (ownMetadata.has(String(field.key))) return [];
        if (field.key === 'labels') return withoutKeys(field, ownLabels);
        return field.key === 'annotations' ? withoutKeys(field, ownAnnotations) : [field];
      });
      return [{ ...entry, value: { kind: 'mapping' as const, entries } }];
    }),
  };
}

function withoutKeys(
  field: ReturnType<typeof entriesOf>[number],
  pattern: RegExp,
): ReturnType<typeof entriesOf> {
  if (field.value.kind !== 'mapping') return [];
  const entries = entriesOf(field.value).filter(({ key }) => !pattern.test(String(key)));
  return entries.length === 0 ? [] : [{ ...field, value: { kind: 'mapping', entries } }];
}

function differ(one: Value | undefined, other: Value | undefined, at: string): string[] {
  if (one === undefined || other === undefined) return isNothing(one ?? other) ? [] : [at];
  if (one.kind === 'mapping' && other.kind === 'mapping')
    return keysOf(one, other).flatMap((key) =>
      differ(valueAt(one, key), valueAt(other, key), below(at, key)),
    );
  if (one.kind === 'sequence' && other.kind === 'sequence') return differItems(one, other, at);
  return one.kind !== 'mapping' && one.kind !== 'sequence' && sameScalars(one, other) ? [] : [at];
}

function differItems(one: Sequence, other: Sequence, at: string): string[] {
  const [ours, theirs] = [one, other].map(({ items }) => items.filter((item) => item.kind !== 'comment'));
  if (ours === undefined || theirs === undefined || ours.length !== theirs.length) return [at];
  return ours.flatMap((item, index) => differ(item as Value, theirs[index] as Value, `${at}[${index}]`));
}

/** `8080` may be an int here and a float there. */
function sameScalars(one: Value, other: Value): boolean {
  if (sameData(one, other)) return true;
  const [a, b] = [one, other].map((value) =>
    value.kind === 'int' || value.kind === 'float' ? Number(value.value) : null,
  );
  return a !== null && a === b;
}

/** The API server leaves out what is empty. */
function isNothing(value: Value | undefined): boolean {
  if (value === undefined || value.kind === 'null') return true;
  return value.kind === 'mapping' && value.entries.length === 0;
}

function lost(one: Value | undefined, other: Value | undefined, at: string): string[] {
  if (one === undefined || isNothing(one)) return [];
  if (other === undefined) return [at];
  if (one.kind === 'mapping' && other.kind === 'mapping')
    return entriesOf(one).flatMap(({ key, value }) =>
      lost(value, valueAt(other, String(key)), below(at, String(key))),
    );
  if (one.kind !== 'sequence' || other.kind !== 'sequence') return [];
  return one.items.flatMap((item, index) =>
    item.kind === 'comment' ? [] : lost(item, other.items[index] as Value | undefined, `${at}[${index}]`),
  );
}

function keysOf(one: Mapping, other: Mapping): string[] {
  return [...new Set([...entriesOf(one), ...entriesOf(other)].map(({ key }) => String(key)))];
}

function below(at: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${at}[${key}]`;
  return at === '' ? key : `${at}.${key}`;
}
