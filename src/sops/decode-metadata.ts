import { defaultSelector, pickSelector, type Selector, selectorKinds } from '../config/selector.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { KeySource, MasterKey } from '../keys/key-source.ts';
import { entriesOf } from '../tree/mapping.ts';
import type { Entry, Mapping, Value } from '../tree/value.ts';
import { layoutField } from './layout-field.ts';
import type { Metadata } from './metadata.ts';
import { weakBool, weakInt, weakMappings, weakString } from './weak-types.ts';

const knownFields = [
  'shamir_threshold',
  'key_groups',
  'lastmodified',
  'mac',
  'mac_only_encrypted',
  'version',
  layoutField,
  ...selectorKinds,
];

/**
 * Reads a `sops` block as sops 3.13.3 does (stores/stores.go, ToInternal): any field order, weak types, one group or
 * `key_groups`, unknown fields kept. Throws `sops.metadata`.
 */
export function decodeMetadata(block: Mapping, sources: readonly KeySource[]): Metadata {
  const known = new Set([...knownFields, ...sources.map((source) => source.name)]);
  const fields = new Map<string, Value>();
  const unknown: Entry[] = [];
  for (const entry of entriesOf(block)) {
    const name = fieldName(entry, known);
    if (name === null) unknown.push(entry);
    else fields.set(name, entry.value);
  }
  return {
    keyGroups: keyGroups(fields, sources),
    shamirThreshold: weakInt(fields.get('shamir_threshold'), 'shamir_threshold'),
    selector: selector(fields),
    macOnlyEncrypted: weakBool(fields.get('mac_only_encrypted'), 'mac_only_encrypted'),
    lastModified: timestamp(weakString(fields.get('lastmodified'), 'lastmodified')),
    mac: weakString(fields.get('mac'), 'mac'),
    version: version(weakString(fields.get('version'), 'version')),
    layout: weakString(fields.get(layoutField), layoutField) || null,
    unknown,
  };
}

/** mapstructure matches exactly first, then without regard to case. */
function fieldName(entry: Entry, known: ReadonlySet<string>): string | null {
  if (typeof entry.key !== 'string') {
    throw new SopskitError('sops.metadata', `a key of the sops block is ${entry.key.type}, not a string`);
  }
  if (known.has(entry.key)) return entry.key;
  const lower = entry.key.toLowerCase();
  return known.has(lower) ? lower : null;
}

function keyGroups(fields: ReadonlyMap<string, Value>, sources: readonly KeySource[]): MasterKey[][] {
  const single = groupOf((name) => fields.get(name), sources);
  if (single.length > 0) return [single];
  const groups = weakMappings(fields.get('key_groups'), 'key_groups');
  if (groups.length === 0) {
    throw new SopskitError('sops.metadata', 'the sops block names no keys', {
      hint: 'Without a wrapped data key nobody can open the file. Restore the sops block from git.',
    });
  }
  return groups.map((group) => {
    const values = new Map(entriesOf(group).map((entry) => [String(entry.key).toLowerCase(), entry.value]));
    return groupOf((name) => values.get(name), sources);
  });
}

function groupOf(field: (name: string) => Value | undefined, sources: readonly KeySource[]): MasterKey[] {
  return sources.flatMap((source) =>
    weakMappings(field(source.name), source.name).map((item) => source.decode(item)),
  );
}

/** sops takes its default where the block names no selector. */
function selector(fields: ReadonlyMap<string, Value>): Selector {
  const given = Object.fromEntries(selectorKinds.map((kind) => [kind, weakString(fields.get(kind), kind)]));
  return pickSelector(given, 'sops.metadata', { path: ['sops'] }) ?? defaultSelector;
}

/** Re-formats a timestamp as Go does before it becomes additional data: seconds, own offset, `Z` for UTC. */
function timestamp(text: string): string {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,]\d+)?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (match === null || Number.isNaN(Date.parse(text.replace(',', '.')))) {
    throw new SopskitError('sops.metadata', 'lastmodified in the sops block is not an RFC 3339 time', {
      place: { path: ['sops', 'lastmodified'] },
      hint: 'It is part of what authenticates the file. Restore it from git.',
    });
  }
  return `${match[1]}${match[2] === '+00:00' ? 'Z' : match[2]}`;
}

/** sops refuses a version it cannot parse; the Python releases wrote two numbers (`1.13`), which we read. */
function version(text: string): string {
  if (/^\d+\.\d+(\.\d+)?([-+][0-9A-Za-z.+-]+)?$/.test(text)) return text;
  throw new SopskitError(
    'sops.metadata',
    text === '' ? 'the sops block has no version' : 'the version in the sops block cannot be read',
    {
      place: { path: ['sops', 'version'] },
      hint: 'Restore the sops block from git.',
    },
  );
}
