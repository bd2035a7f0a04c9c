import type { Comment, Entry, Mapping, StringScalar, Value } from './value.ts';

/** Returns the value of the first entry with this key, or `undefined`. */
export function valueAt(mapping: Mapping, key: string): Value | undefined {
  for (const member of mapping.entries) {
    if (member.kind === 'entry' && member.key === key) return member.value;
  }
  return undefined;
}

/** Makes a mapping from keys and values, in their order; `undefined` values are left out. */
export function mappingOf(entries: Iterable<readonly [string, Value | undefined]>): Mapping {
  const made: Entry[] = [];
  for (const [key, value] of entries) if (value !== undefined) made.push({ kind: 'entry', key, value });
  return { kind: 'mapping', entries: made };
}

export function stringOf(value: string): StringScalar {
  return { kind: 'string', value };
}

/** The entries without the comments between them. */
export function entriesOf(mapping: Mapping): Entry[] {
  return mapping.entries.filter((member: Entry | Comment): member is Entry => member.kind === 'entry');
}

/** Sorts entries by key in byte order, as sops writes metadata; comments are dropped. */
export function sortedByKey(mapping: Mapping): Mapping {
  const entries = entriesOf(mapping).sort((a, b) =>
    Buffer.compare(Buffer.from(keyText(a)), Buffer.from(keyText(b))),
  );
  return { kind: 'mapping', entries };
}

function keyText(entry: Entry): string {
  return typeof entry.key === 'string' ? entry.key : entry.key.text;
}
