import type { Place } from '../errors/sopskit-error.ts';
import { mappingOf, stringOf } from '../tree/mapping.ts';
import type { Mapping, Value } from '../tree/value.ts';
import type { Config, CreationRule, DestinationRule, GroupKey, KeyGroup, Stores } from './config.ts';
import {
  configFields,
  creationRuleFields,
  destinationRuleFields,
  groupFields,
  recipientFields,
  storeFields,
} from './fields.ts';
import type { Field, Spelling } from './go-decoder.ts';
import { GoDecoder } from './go-decoder.ts';
import type { SelectorFields } from './selector.ts';
import { selectorKinds } from './selector.ts';

/** Where a configuration comes from. */
export interface ConfigSource {
  /** The file as errors name it. */
  readonly file: string;
  /**
   * How the file spells a scalar that is not a string. sops takes `path_regex: 1.50` for the text `1.50`; without this
   * it would be `1.5`.
   */
  readonly spelling?: Spelling;
}

/**
 * Reads the first document of a `.sops.yaml`, parsed by the YAML format (`null` for an empty file).
 *
 * As permissive as sops: unknown fields are only collected. Throws `config.invalid`, placed, for a value of a wrong type
 * anywhere, also in rules that are not used.
 */
export function decodeConfig(tree: Value | null, source: ConfigSource): Config {
  const decoder = new GoDecoder(source.spelling ?? (() => undefined));
  const root: Field = { value: tree ?? { kind: 'null' }, place: { file: source.file, path: [] } };
  const fields = decoder.struct(root, configFields);
  const rules = decoder.list(fields.get('creation_rules'));
  const destinations = decoder.list(fields.get('destination_rules')) ?? [];
  return {
    file: source.file,
    creationRules: rules?.map((rule) => creationRule(decoder, rule, rule.place)) ?? null,
    destinationRules: destinations.map((rule) => destinationRule(decoder, rule)),
    stores: stores(decoder, fields.get('stores')),
    unknown: decoder.unknown,
  };
}

function creationRule(decoder: GoDecoder, field: Field | undefined, place: Place): CreationRule {
  const fields = decoder.struct(field, creationRuleFields);
  const groups = decoder.list(fields.get('key_groups')) ?? [];
  const selectors: SelectorFields = Object.fromEntries(
    selectorKinds.map((kind) => [kind, decoder.text(fields.get(kind))]).filter(([, value]) => value !== ''),
  );
  return {
    index: indexOf(place),
    place,
    places: new Map([...fields].map(([name, found]) => [name, found.place])),
    pathRegex: decoder.text(fields.get('path_regex')),
    recipients: recipients(decoder, fields),
    awsProfile: decoder.text(fields.get('aws_profile')),
    keyGroups: groups.map((group) => keyGroup(decoder, group)),
    shamirThreshold: decoder.integer(fields.get('shamir_threshold'), 0),
    selectors,
    macOnlyEncrypted: decoder.boolean(fields.get('mac_only_encrypted')),
  };
}

function recipients(decoder: GoDecoder, fields: ReadonlyMap<string, Field>): Map<string, Value> {
  const found = new Map<string, Value>();
  for (const [name, shape] of recipientFields) {
    const field = fields.get(name);
    if (field === undefined || field.value.kind === 'null') continue;
    found.set(name, shape === 'any' ? field.value : texts(decoder, field));
  }
  return found;
}

function texts(decoder: GoDecoder, field: Field): Value {
  const items = (decoder.list(field) ?? []).map((item) => stringOf(decoder.text(item)));
  return { kind: 'sequence', items };
}

function keyGroup(decoder: GoDecoder, field: Field): KeyGroup {
  const fields = decoder.struct(field, ['merge', ...groupFields.keys()]);
  const merge = decoder.list(fields.get('merge')) ?? [];
  const keys = new Map<string, GroupKey[]>();
  for (const [name, shape] of groupFields) {
    const items = decoder.list(fields.get(name)) ?? [];
    if (items.length === 0) continue;
    const read = (item: Field) =>
      shape === 'text' ? decoder.text(item) : groupKeyFields(decoder, item, shape);
    keys.set(
      name,
      items.map((item) => ({ place: item.place, value: read(item) })),
    );
  }
  return { place: field.place, merge: merge.map((group) => keyGroup(decoder, group)), keys };
}

/** The fields of a `kms`, `gcp_kms`, … item; empty ones are left out. `context` is the only map. */
function groupKeyFields(decoder: GoDecoder, item: Field, known: readonly string[]): Mapping {
  const fields = decoder.struct(item, known);
  return mappingOf(
    known.map((name): [string, Value | undefined] => {
      const field = fields.get(name);
      if (field === undefined || field.value.kind === 'null') return [name, undefined];
      if (name === 'context') return [name, textMapping(decoder.textMap(field))];
      const text = decoder.text(field);
      return [name, text === '' ? undefined : stringOf(text)];
    }),
  );
}

function textMapping(entries: ReadonlyMap<string, string>): Mapping {
  return mappingOf([...entries].map(([name, text]) => [name, stringOf(text)]));
}

function destinationRule(decoder: GoDecoder, field: Field): DestinationRule {
  const fields = decoder.struct(field, destinationRuleFields);
  const text = (name: string) => decoder.text(fields.get(name));
  const recreation = fields.get('recreation_rule');
  return {
    index: indexOf(field.place),
    place: field.place,
    pathRegex: text('path_regex'),
    s3: { bucket: text('s3_bucket'), prefix: text('s3_prefix') },
    gcs: { bucket: text('gcs_bucket'), prefix: text('gcs_prefix') },
    vault: {
      path: text('vault_path'),
      address: text('vault_address'),
      mountName: text('vault_kv_mount_name'),
      version: decoder.integer(fields.get('vault_kv_version'), 0),
    },
    recreationRule: creationRule(decoder, recreation, recreation?.place ?? field.place),
    omitExtensions: decoder.boolean(fields.get('omit_extensions')),
  };
}

function stores(decoder: GoDecoder, field: Field | undefined): Stores {
  const fields = decoder.struct(field, [...storeFields.keys()]);
  const found = new Map(
    [...storeFields].map(([name, known]) => [name, decoder.struct(fields.get(name), known)]),
  );
  const indent = (name: string, absent: number) => ({
    indent: decoder.integer(found.get(name)?.get('indent'), absent),
  });
  return { yaml: indent('yaml', 0), json: indent('json', -1), jsonBinary: indent('json_binary', -1) };
}

/** The position of a rule in its list: the last number in its path. */
function indexOf(place: Place): number {
  const index = place.path?.findLast((step) => typeof step === 'number');
  return typeof index === 'number' ? index : 0;
}
