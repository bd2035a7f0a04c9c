import type { Entry, Mapping, Value } from '../../tree/value.ts';

/**
 * A text that two values share when they hold the same data: types and values, members of maps in any order. Comments
 * do not count. It holds the values themselves: compare it, never print it.
 */
export function valueId(value: Value): string {
  switch (value.kind) {
    case 'mapping':
      return `{${entriesIn(value)
        .map((entry) => `${keyId(entry)}:${valueId(entry.value)}`)
        .sort()
        .join()}}`;
    case 'sequence':
      return `[${itemsIn(value).map(valueId).join()}]`;
    case 'null':
      return 'null';
    case 'odd':
      return `odd${JSON.stringify([value.type, value.text])}`;
    case 'bytes':
      return `bytes${Buffer.from(value.value).toString('base64')}`;
    case 'int':
      return `int${value.value}`;
    case 'float':
      return `float${Object.is(value.value, -0) ? '-0' : value.value}`;
    default:
      return `${value.kind}${JSON.stringify(value.value)}`;
  }
}

/** Whether two values hold the same data; `null` is no value at all. */
export function sameValue(one: Value | null, other: Value | null): boolean {
  if (one === null || other === null) return one === other;
  return one === other || (one.kind === other.kind && valueId(one) === valueId(other));
}

export function keyId({ key }: Entry): string {
  return typeof key === 'string' ? JSON.stringify(key) : `${key.type} ${JSON.stringify(key.text)}`;
}

export function entriesIn(mapping: Mapping): Entry[] {
  return mapping.entries.filter((member): member is Entry => member.kind === 'entry');
}

/** The items of a list without the comments between them. */
export function itemsIn(sequence: Extract<Value, { kind: 'sequence' }>): Value[] {
  return sequence.items.filter((item): item is Value => item.kind !== 'comment');
}
