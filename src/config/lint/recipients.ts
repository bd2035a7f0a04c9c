import type { Place } from '../../errors/sopskit-error.ts';
import type { KeySource } from '../../keys/key-source.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import type { Config, CreationRule, KeyGroup } from '../config.ts';
import { groupFields, recipientFields } from '../fields.ts';

/** One recipient as the configuration spells it, not yet looked at. */
export interface ListedRecipient {
  readonly rule: CreationRule;
  /** `null` for a rule's own; else the number of its key group, from 1. */
  readonly group: number | null;
  readonly field: string;
  readonly source: KeySource | null;
  readonly place: Place;
  readonly value: string | Mapping;
  /** Whether it comes from a list, whose items sops does not trim. */
  readonly inList: boolean;
}

/** Every recipient of a rule, those of its `recreation_rule` apart. Fields of a wrong type are left out. */
export function recipientsOf(rule: CreationRule, sources: readonly KeySource[]): ListedRecipient[] {
  const own = [...recipientFields.keys()].flatMap((field) => {
    const source = sources.find(({ ruleField }) => ruleField === field) ?? null;
    const place = rule.places.get(field) ?? rule.place;
    const value = rule.recipients.get(field);
    if (value === undefined) return [];
    return textsOf(value, place).map((text) => ({ rule, group: null, field, source, ...text }));
  });
  const grouped = rule.keyGroups.flatMap((group, index) => inGroup(group, rule, index + 1, sources));
  return [...own, ...grouped];
}

/** All rules that name recipients: creation rules, and the recreation rules of destinations. */
export function rulesWithRecipients({ creationRules, destinationRules }: Config): CreationRule[] {
  return [...(creationRules ?? []), ...destinationRules.map(({ recreationRule }) => recreationRule)];
}

function textsOf(value: Value, place: Place): { value: string; place: Place; inList: boolean }[] {
  if (value.kind === 'string')
    return value.value
      .split(',')
      .map((text) => text.trim())
      .filter((text) => text !== '')
      .map((text) => ({ value: text, place, inList: false }));
  if (value.kind !== 'sequence') return [];
  return value.items.flatMap((item) =>
    item.kind === 'string'
      ? [{ value: item.value, place: item.line === undefined ? place : placedAt(place, item), inList: true }]
      : [],
  );
}

function placedAt(place: Place, { line, column }: { line?: number; column?: number }): Place {
  return { ...place, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
}

function inGroup(
  { merge, keys }: KeyGroup,
  rule: CreationRule,
  group: number,
  sources: readonly KeySource[],
): ListedRecipient[] {
  const own = [...groupFields.keys()].flatMap((field) => {
    const source = sources.find(({ groupField }) => groupField === field) ?? null;
    return (keys.get(field) ?? []).map((item) => ({ rule, group, field, source, inList: true, ...item }));
  });
  return [...merge.flatMap((merged) => inGroup(merged, rule, group, sources)), ...own];
}
