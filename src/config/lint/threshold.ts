import type { CreationRule } from '../config.ts';
import type { LintRule, Problem } from './lint-rule.ts';
import { rulesWithRecipients } from './recipients.ts';

export const threshold: LintRule = {
  info: {
    code: 'config.threshold',
    level: 'error',
    title: 'a shamir_threshold that cannot be met',
    about:
      'shamir_threshold says how many key groups it takes to open a file: from 2 to the number of groups. sops refuses anything else, and passes over it where there is one group only.',
  },
  check: ({ config }) => rulesWithRecipients(config).flatMap(problemOf),
};

function problemOf(rule: CreationRule): Problem[] {
  const { shamirThreshold: value, keyGroups, index } = rule;
  if (value === 0) return [];
  const place = rule.places.get('shamir_threshold') ?? rule.place;
  const name = `shamir_threshold of rule ${index + 1}, ${value},`;
  const groups = Math.max(keyGroups.length, 1);
  if (groups === 1)
    return value === 1
      ? []
      : [
          {
            place,
            level: 'warning',
            message: `${name} does nothing: the rule has one key group, and any one of its keys opens a file`,
            fix: 'Split the keys into key_groups, or remove it.',
          },
        ];
  if (value > groups)
    return [
      { place, message: `${name} is more than its ${groups} key groups`, fix: `Write ${groups} or less.` },
    ];
  if (value < 2)
    return [
      {
        place,
        message: `${name} is less than 2, which sops refuses`,
        fix: `Write ${groups === 2 ? '2' : `2 to ${groups}`}; to let any key open the files, put all into one group.`,
      },
    ];
  return [];
}
