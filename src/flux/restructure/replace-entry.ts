import type { Mapping, Value } from '../../tree/value.ts';

/** Returns a mapping with the value of one key exchanged, without its comments. */
export function replaceEntry(mapping: Mapping, key: string, value: Value): Mapping {
  const entries = mapping.entries.flatMap((member) =>
    member.kind === 'comment' ? [] : [member.key === key ? { ...member, value } : member],
  );
  return { kind: 'mapping', entries };
}
