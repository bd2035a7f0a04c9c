import type { Place } from '../errors/sopskit-error.ts';
import type { KeySource, MasterKey } from '../keys/key-source.ts';
import type { CreationRule } from './config.ts';
import type { KeyGroupOptions } from './key-groups.ts';
import { keyGroupsOf } from './key-groups.ts';
import type { Selector } from './selector.ts';
import { pickSelector } from './selector.ts';

/** What a rule says about a file, apart from its keys: enough where the keys were given by flags. */
export interface RulePolicy {
  /** Position of the rule in `creation_rules`, from 0. */
  readonly index: number;
  readonly place: Place;
  /** `null` where the rule chooses none: `combineSelectors` then takes the flags' or the default. */
  readonly selector: Selector | null;
  /** 0 where it is not set: all groups. */
  readonly shamirThreshold: number;
  readonly macOnlyEncrypted: boolean;
}

/** All that is needed to encrypt a new file by a rule. */
export interface EncryptionRule extends RulePolicy {
  readonly keyGroups: readonly (readonly MasterKey[])[];
}

/** Reads a rule's policy. Throws `config.invalid` where it has more than one selector. */
export function policyOf(rule: CreationRule): RulePolicy {
  const selector = pickSelector(rule.selectors, 'config.invalid', rule.place);
  return {
    index: rule.index,
    place: rule.place,
    selector: selector && { ...selector, place: rule.places.get(selector.kind) ?? rule.place },
    shamirThreshold: rule.shamirThreshold,
    macOnlyEncrypted: rule.macOnlyEncrypted,
  };
}

/** Reads a whole rule. Throws what `policyOf` and `keyGroupsOf` throw. */
export function resolveRule(
  rule: CreationRule,
  sources: readonly KeySource[],
  options: KeyGroupOptions = {},
): EncryptionRule {
  return { ...policyOf(rule), keyGroups: keyGroupsOf(rule, sources, options) };
}
