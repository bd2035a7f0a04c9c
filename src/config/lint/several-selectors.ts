import { selectorKinds } from '../selector.ts';
import type { LintRule } from './lint-rule.ts';
import { rulesWithRecipients } from './recipients.ts';

export const severalSelectors: LintRule = {
  info: {
    code: 'config.several-selectors',
    level: 'error',
    title: 'more than one selector in a rule',
    about:
      'A file has one selector: sops refuses a rule with two of encrypted_regex, unencrypted_regex, the suffixes and the comment expressions.',
  },
  check: ({ config }) =>
    rulesWithRecipients(config).flatMap((rule) => {
      const given = selectorKinds.filter((kind) => (rule.selectors[kind] ?? '') !== '');
      if (given.length < 2) return [];
      return [
        {
          place: rule.places.get(given[1] ?? '') ?? rule.place,
          message: `rule ${rule.index + 1} has ${given.join(' and ')}; sops refuses to use it`,
          fix: 'Keep one of them.',
        },
      ];
    }),
};
