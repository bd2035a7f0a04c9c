import type { Place } from '../errors/sopskit-error.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { KeySource, MasterKey, RecipientOptions } from '../keys/key-source.ts';
import type { Mapping, Value } from '../tree/value.ts';
import type { CreationRule, GroupKey, KeyGroup } from './config.ts';
import { groupFields, recipientFields } from './fields.ts';
import { kindName } from './go-decoder.ts';

/** What a rule cannot say about its keys. */
export interface KeyGroupOptions {
  /** `--encryption-context`, for the `kms` keys outside `key_groups`. */
  readonly encryptionContext?: Mapping;
}

/**
 * Returns the keys of a rule, group by group, in sops' order (config.go, getKeyGroupsFromCreationRule): those of
 * `key_groups` where there are any, otherwise one group, possibly empty, of the rule's own recipients.
 *
 * Throws `config.invalid` for recipients of a wrong type, `key.invalid` for one that its source refuses,
 * `key.unsupported` where no source reads the field; all placed.
 */
export function keyGroupsOf(
  rule: CreationRule,
  sources: readonly KeySource[],
  options: KeyGroupOptions = {},
): MasterKey[][] {
  if (rule.keyGroups.length > 0) return rule.keyGroups.map((group) => keysOfGroup(group, sources));
  return [[...recipientFields.keys()].flatMap((field) => keysOfField(rule, field, sources, options))];
}

function keysOfField(
  rule: CreationRule,
  field: string,
  sources: readonly KeySource[],
  options: KeyGroupOptions,
): readonly MasterKey[] {
  const value = rule.recipients.get(field);
  if (value === undefined) return [];
  const place = rule.places.get(field) ?? rule.place;
  const text = recipientTexts(value, field, place).join(',');
  if (text === '') return [];
  const source = requireSource(sources, field, (candidate) => candidate.ruleField === field, place);
  const { encryptionContext } = options;
  const recipientOptions: RecipientOptions = {
    ...(rule.awsProfile === '' ? {} : { awsProfile: rule.awsProfile }),
    ...(encryptionContext === undefined ? {} : { encryptionContext }),
  };
  return placed(place, () => source.parse(text, recipientOptions));
}

/** One text is split at its commas, and blanks in it dropped; the texts of a list stay as they are. */
function recipientTexts(value: Value, field: string, place: Place): string[] {
  if (value.kind === 'string')
    return value.value
      .split(',')
      .map((text) => text.trim())
      .filter((text) => text !== '');
  if (value.kind !== 'sequence') throw wrongType(field, `is ${kindName(value)}`, place);
  const texts: string[] = [];
  for (const item of value.items) {
    if (item.kind === 'comment') continue;
    if (item.kind !== 'string') throw wrongType(field, `has ${kindName(item)} in its list`, place);
    texts.push(item.value);
  }
  return texts;
}

function wrongType(field: string, found: string, place: Place): SopskitError {
  return new SopskitError('config.invalid', `${field} must be a string or a list of strings, but ${found}`, {
    place,
  });
}

function keysOfGroup(group: KeyGroup, sources: readonly KeySource[]): MasterKey[] {
  const keys = group.merge.flatMap((merged) => keysOfGroup(merged, sources));
  for (const field of groupFields.keys())
    for (const item of group.keys.get(field) ?? []) keys.push(...keysOfItem(item, field, sources));
  return withoutRepeats(keys);
}

function keysOfItem(item: GroupKey, field: string, sources: readonly KeySource[]): readonly MasterKey[] {
  const { place, value } = item;
  const source = requireSource(sources, field, (candidate) => candidate.groupField === field, place);
  if (typeof value !== 'string') {
    const { parseFields } = source;
    if (parseFields === undefined) throw unsupported(field, place);
    return [placed(place, () => parseFields.call(source, value))];
  }
  // sops passes over an empty age recipient; an empty fingerprint fails when it is used, an empty Vault URI panics.
  if (value === '' && field === 'age') return [];
  if (value === '') throw new SopskitError('config.invalid', `${field} has an empty item`, { place });
  return placed(place, () => source.parse(value));
}

function withoutRepeats(keys: readonly MasterKey[]): MasterKey[] {
  const seen = new Set<string>();
  return keys.filter((key) => {
    const name = `${key.source}/${key.id}`;
    return !seen.has(name) && seen.add(name);
  });
}

function requireSource(
  sources: readonly KeySource[],
  field: string,
  accepts: (source: KeySource) => boolean,
  place: Place,
): KeySource {
  const source = sources.find(accepts);
  if (source === undefined) throw unsupported(field, place);
  return source;
}

function unsupported(field: string, place: Place): SopskitError {
  return new SopskitError('key.unsupported', `${field} keys are not supported`, { place });
}

function placed<T>(place: Place, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof SopskitError ? error.at(place) : error;
  }
}
