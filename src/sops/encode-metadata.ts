import type { MasterKey } from '../keys/key-source.ts';
import { mappingOf, sortedByKey, stringOf } from '../tree/mapping.ts';
import type { Entry, Mapping, Value } from '../tree/value.ts';
import { layoutField } from './layout-field.ts';
import type { Metadata } from './metadata.ts';

/**
 * Writes a `sops` block as sops 3.13.3 does (stores/metadata.go): sorted by key, empty fields left out, `age` and
 * `hc_vault` present in every item of `key_groups` even when empty. Unknown fields are written too.
 */
export function encodeMetadata(metadata: Metadata): Mapping {
  const { keyGroups } = metadata;
  const only = keyGroups.length === 1 ? keyGroups[0] : undefined;
  const fields: [string, Value | undefined][] = [
    ...(only === undefined ? [keyGroupsField(keyGroups)] : groupFields(only)),
    ['lastmodified', stringOf(metadata.lastModified)],
    ['mac', stringOf(metadata.mac)],
    ['mac_only_encrypted', metadata.macOnlyEncrypted ? { kind: 'bool', value: true } : undefined],
    ['shamir_threshold', metadata.shamirThreshold === 0 ? undefined : intOf(metadata.shamirThreshold)],
    [layoutField, metadata.layout === null ? undefined : stringOf(metadata.layout)],
    ...(metadata.selector === null
      ? []
      : [[metadata.selector.kind, stringOf(metadata.selector.value)] satisfies [string, Value]]),
    ['version', stringOf(metadata.version)],
  ];
  const written = mappingOf(fields);
  return sortedByKey({ ...written, entries: [...written.entries, ...metadata.unknown.map(withoutPosition)] });
}

function keyGroupsField(groups: readonly (readonly MasterKey[])[]): [string, Value] {
  const items = groups.map((group) => {
    const fields = new Map<string, Value>(groupFields(group));
    for (const name of ['age', 'hc_vault'])
      if (!fields.has(name)) fields.set(name, { kind: 'sequence', items: [] });
    return sortedByKey(mappingOf(fields));
  });
  return ['key_groups', { kind: 'sequence', items }];
}

function groupFields(group: readonly MasterKey[]): [string, Value][] {
  return [...grouped(group)].map(([source, keys]) => [
    source,
    { kind: 'sequence', items: keys.map((key) => sortedByKey(key.fields)) },
  ]);
}

function grouped(group: readonly MasterKey[]): Map<string, MasterKey[]> {
  const bySource = new Map<string, MasterKey[]>();
  for (const key of group) bySource.set(key.source, [...(bySource.get(key.source) ?? []), key]);
  return bySource;
}

function intOf(value: number): Value {
  return { kind: 'int', value: BigInt(value) };
}

function withoutPosition(entry: Entry): Entry {
  return { kind: 'entry', key: entry.key, value: entry.value };
}
