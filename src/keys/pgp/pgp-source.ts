import { SopskitError } from '../../errors/sopskit-error.ts';
import { mappingOf, stringOf } from '../../tree/mapping.ts';
import { requireCreatedAt } from '../created-at.ts';
import { textField } from '../fields.ts';
import type { KeySession, KeySource, MasterKey } from '../key-source.ts';

/**
 * PGP keys, as sops 3.13.3 uses them (pgp/keysource.go): through `gpg` and its agent, or `$SOPS_GPG_EXEC`, with
 * `$GNUPGHOME`. Without gpg, and for keys in the files that `$SOPSKIT_PGP_KEY_FILES` lists (separated as in PATH; armored or
 * binary, public or private), through the `openpgp` package, which asks for passphrases itself.
 */
export const pgpSource: KeySource = {
  name: 'pgp',
  flag: { name: 'pgp', short: 'p', env: 'SOPS_PGP_FP', help: 'comma separated list of PGP fingerprints' },
  ruleField: 'pgp',
  groupField: 'pgp',

  parse(text) {
    if (text === '') return [];
    return text.split(',').map((part) => keyOf(part.replace(/\s/g, '')));
  },

  decode(fields) {
    requireCreatedAt(fields, 'pgp');
    return { source: 'pgp', id: textField(fields, 'fp'), fields, enc: textField(fields, 'enc') || null };
  },

  open(system): KeySession {
    let opened: Promise<KeySession> | null = null;
    const session = (): Promise<KeySession> => {
      opened ??= import('./pgp-session.ts').then(({ openPgpSession }) => openPgpSession(system));
      return opened;
    };
    return {
      wrap: async (key, dataKey) => (await session()).wrap(key, dataKey),
      unwrap: async (key) => (await session()).unwrap(key),
    };
  },
};

function keyOf(fingerprint: string): MasterKey {
  if (fingerprint === '')
    throw new SopskitError('key.invalid', 'a PGP fingerprint is empty', {
      hint: 'Give fingerprints separated by single commas, such as those `gpg --list-keys` shows.',
    });
  if (/AGE-(SECRET-KEY|PLUGIN)-|PRIVATEKEY/i.test(fingerprint))
    throw new SopskitError('key.invalid', 'this is a private key, not a PGP fingerprint', {
      hint: 'Whoever could see it can use it: replace it. `gpg --list-keys` shows fingerprints.',
    });
  return { source: 'pgp', id: fingerprint, fields: mappingOf([['fp', stringOf(fingerprint)]]), enc: null };
}
