import { looksPrivate } from '../../keys/age/recipient-text.ts';
import type { LintRule } from './lint-rule.ts';
import { recipientsOf, rulesWithRecipients } from './recipients.ts';

export const privateKey: LintRule = {
  info: {
    code: 'config.private-key',
    level: 'error',
    title: 'a private key among the recipients',
    about:
      'Who reads .sops.yaml can open every file that the key opens, from its history too. Replace the key: make a new one, rekey the files, and change the values that were encrypted for it.',
  },
  check: ({ config, sources }) =>
    rulesWithRecipients(config)
      .flatMap((rule) => recipientsOf(rule, sources))
      .filter(({ value }) => typeof value === 'string' && looksPrivate(value))
      .map(({ place, field, rule }) => ({
        place,
        message: `${field} of rule ${rule.index + 1} holds a private key`,
        fix: 'Take it out, replace the key, and write the public half of the new one (age1…).',
      })),
};
