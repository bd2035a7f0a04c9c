import type { Key, PrivateKey } from 'openpgp';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { System } from '../../system/system.ts';
import { isSameKey } from './fingerprint.ts';
import { readKeyFile } from './open-pgp.ts';

/** PGP keys in files, for use without gpg. Read at the first question, and once. */
export interface KeyFiles {
  /** The files that were looked into, for messages. */
  readonly paths: readonly string[];
  /** Returns the key with this fingerprint (its own, or that of a subkey), or `null`. */
  find(fingerprint: string): Promise<Key | null>;
  /** Returns the private keys that have one of these long key ids, or all for `null`; `null` where there is none. */
  findPrivate(keyIds: readonly string[] | null): Promise<readonly PrivateKey[] | null>;
}

/** The files the user named in `$SOPSKIT_PGP_KEY_FILES`. One that is missing or broken is an error: it was asked for. */
export function namedKeyFiles(system: System): KeyFiles {
  const separator = system.platform === 'win32' ? ';' : ':';
  const paths = (system.env.get('SOPSKIT_PGP_KEY_FILES') ?? '')
    .split(separator)
    .filter((path) => path !== '');
  return keyFiles(paths, async (path) => {
    const bytes = system.files.read(path);
    if (bytes === null)
      throw new SopskitError('identity.missing', `${path}, named by SOPSKIT_PGP_KEY_FILES, does not exist`, {
        hint: 'Correct SOPSKIT_PGP_KEY_FILES, or unset it.',
      });
    return readKeyFile(bytes, path);
  });
}

/** The keyrings of GnuPG before 2.1, where sops looks too. What cannot be read there is passed over, as in sops. */
export function legacyKeyrings(system: System): KeyFiles {
  const home =
    system.env.get('GNUPGHOME') || (system.files.home === null ? null : `${system.files.home}/.gnupg`);
  const paths = home === null ? [] : [`${home}/secring.gpg`, `${home}/pubring.gpg`];
  return keyFiles(paths, async (path) => {
    try {
      const bytes = system.files.read(path);
      return bytes === null ? [] : await readKeyFile(bytes, path);
    } catch {
      return [];
    }
  });
}

function keyFiles(paths: readonly string[], read: (path: string) => Promise<readonly Key[]>): KeyFiles {
  let loaded: Promise<readonly Key[]> | null = null;
  const load = (): Promise<readonly Key[]> => {
    loaded ??= Promise.all(paths.map(read)).then((keys) => keys.flat());
    return loaded;
  };
  return {
    paths,
    async find(fingerprint) {
      const keys = await load();
      return (
        keys.find((key) => key.getKeys().some((part) => isSameKey(fingerprint, part.getFingerprint()))) ??
        null
      );
    },
    async findPrivate(keyIds) {
      const keys = (await load()).filter((key): key is PrivateKey => key.isPrivate());
      const isWanted = (key: PrivateKey): boolean =>
        keyIds === null || key.getKeyIDs().some((keyId) => keyIds.includes(keyId.toHex().toUpperCase()));
      const wanted = keys.filter(isWanted);
      return wanted.length === 0 ? null : wanted;
    },
  };
}
