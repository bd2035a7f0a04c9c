import type { CreationRule, KeyGroup } from '../config.ts';
import type { LintRule, Problem } from './lint-rule.ts';
import { recipientsOf, rulesWithRecipients } from './recipients.ts';

export const noRecipients: LintRule = {
  info: {
    code: 'config.no-recipients',
    level: 'error',
    title: 'a rule or key group without a recipient',
    about:
      'sops refuses a key group without keys. A rule without any works only with recipients from flags or variables such as SOPS_AGE_RECIPIENTS.',
  },
  check: ({ config, sources }) =>
    rulesWithRecipients(config).flatMap((rule): Problem[] => {
      const isAbsent =
        rule.index < 0 || (rule.places.size === 0 && config.creationRules?.includes(rule) !== true);
      if (isAbsent) return [];
      if (rule.keyGroups.length > 0) return emptyGroups(rule);
      if (recipientsOf(rule, sources).length > 0 || hasOddRecipients(rule)) return [];
      return [
        {
          place: rule.place,
          level: 'warning',
          message: `rule ${rule.index + 1} names no recipient`,
          fix: 'Add one, such as age: age1…, unless flags or variables name them.',
        },
      ];
    }),
};

function emptyGroups(rule: CreationRule): Problem[] {
  return rule.keyGroups.flatMap((group, index) =>
    isEmpty(group)
      ? [
          {
            place: group.place,
            message: `key group ${index + 1} of rule ${rule.index + 1} has no key; sops refuses to use the rule`,
            fix: 'Add a key, or remove the group.',
          },
        ]
      : [],
  );
}

function isEmpty({ merge, keys }: KeyGroup): boolean {
  const own = [...keys.values()].flat().filter(({ value }) => value !== '');
  return own.length === 0 && merge.every(isEmpty);
}

/** A value of a wrong type is told as `config.invalid`. */
function hasOddRecipients({ recipients }: CreationRule): boolean {
  return [...recipients.values()].some(({ kind }) => kind !== 'string' && kind !== 'sequence');
}
