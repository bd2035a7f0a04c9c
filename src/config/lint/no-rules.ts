import type { LintRule } from './lint-rule.ts';

export const noRules: LintRule = {
  info: {
    code: 'config.no-rules',
    level: 'error',
    title: 'a configuration without creation_rules',
    about:
      'Without creation_rules sops takes the file for missing, and cannot encrypt a new file without flags. An empty list matches nothing.',
  },
  check({ config }) {
    const { creationRules, destinationRules } = config;
    if (creationRules !== null && creationRules.length > 0) return [];
    if (destinationRules.length > 0) return [];
    const fix = 'Add a rule: creation_rules: [{path_regex: …, age: age1…}].';
    if (creationRules === null) return [{ message: 'there are no creation_rules', fix }];
    return [{ level: 'warning', message: 'creation_rules is empty: no file goes by it', fix }];
  },
};
