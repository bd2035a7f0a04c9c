import type { LintRule } from './lint-rule.ts';
import { rulesWithRecipients } from './recipients.ts';

export const ignoredRecipients: LintRule = {
  info: {
    code: 'config.ignored-recipients',
    level: 'error',
    title: 'recipients beside key groups',
    about:
      'Where a rule has key_groups, sops takes the keys in them and nothing else: recipients that stand beside them in the rule cannot open its files.',
  },
  check: ({ config }) =>
    rulesWithRecipients(config)
      .filter(({ keyGroups, recipients }) => keyGroups.length > 0 && recipients.size > 0)
      .flatMap((rule) =>
        [...rule.recipients.keys()].map((field) => ({
          place: rule.places.get(field) ?? rule.place,
          message: `${field} of rule ${rule.index + 1} is passed over, because the rule has key_groups`,
          fix: `Move its recipients into a key group${field === 'hc_vault_transit_uri' ? ', as hc_vault' : ''}.`,
        })),
      ),
};
