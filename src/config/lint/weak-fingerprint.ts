import type { LintRule } from './lint-rule.ts';
import { recipientsOf, rulesWithRecipients } from './recipients.ts';

export const weakFingerprint: LintRule = {
  info: {
    code: 'config.weak-fingerprint',
    level: 'warning',
    title: 'a PGP key that is not named by its fingerprint',
    about:
      'Eight digits, or an address, can be forged: gpg takes any key in the keyring that has them. The whole fingerprint, 40 digits, names one key.',
  },
  check: ({ config, sources }) =>
    rulesWithRecipients(config)
      .flatMap((rule) => recipientsOf(rule, sources))
      .filter(({ source, value }) => source?.name === 'pgp' && typeof value === 'string' && isWeak(value))
      .map(({ place, rule }) => ({
        place,
        message: `a PGP key of rule ${rule.index + 1} is not named by its fingerprint`,
        fix: 'Write all 40 digits: `gpg --list-keys --with-colons` shows them.',
      })),
};

function isWeak(text: string): boolean {
  const digits = text.replaceAll(/\s|^0x|!$/g, '');
  return /^[0-9A-Fa-f]{8,31}$/.test(digits) || /^[^@\s]+@[^@\s]+$/.test(text);
}
