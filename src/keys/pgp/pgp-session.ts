import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Secret } from '../../secret/secret.ts';
import type { System } from '../../system/system.ts';
import { printCreatedAt } from '../created-at.ts';
import { textField, withTextField } from '../fields.ts';
import type { KeySession } from '../key-source.ts';
import type { Gpg } from './gpg.ts';
import { findGpg } from './gpg.ts';
import type { KeyFiles } from './key-files.ts';
import { legacyKeyrings, namedKeyFiles } from './key-files.ts';
import { messageRecipients } from './message-recipients.ts';
import { NamedFileNotes } from './named-file-notes.ts';
import { decryptWith, encryptFor } from './open-pgp.ts';
import { openPrivateKeys } from './private-keys.ts';

/**
 * Wraps and unwraps with the first that has the key: the files the user named, gpg, an old keyring. (sops tries the old
 * keyring before gpg; gpg reads it as well, and its agent knows the passphrase.)
 */
export function openPgpSession(system: System): KeySession {
  const gpg = findGpg(system);
  const named = namedKeyFiles(system);
  const notes = new NamedFileNotes(named, system);
  const ways: Ways = { gpg, named, legacy: legacyKeyrings(system) };
  const unlockAll = openPrivateKeys(system);

  const encrypt = (fingerprint: string, dataKey: Secret): Promise<string> => {
    const work = firstWay(ways, 'key.wrap', fingerprint, {
      find: (files) => files.find(fingerprint),
      withKey: (key) => encryptFor(key, fingerprint, dataKey),
      withGpg: () => gpg.encrypt(fingerprint, dataKey),
    });
    return notes.about(work, []);
  };
  const decrypt = (fingerprint: string, armored: string): Promise<Secret> => {
    const recipients = messageRecipients(armored);
    const work = firstWay(ways, 'key.unavailable', fingerprint, {
      find: (files) => files.findPrivate(recipients),
      withKey: async (keys) => decryptWith(await unlockAll(keys), fingerprint, armored),
      withGpg: () => gpg.decrypt(fingerprint, armored),
    });
    return notes.about(work, recipients);
  };
  return {
    async wrap(key, dataKey) {
      const enc = await encrypt(key.id, dataKey);
      // as in sops, a key that is wrapped anew keeps the time at which it was added
      const createdAt = textField(key.fields, 'created_at') || printCreatedAt(system.now());
      const dated = withTextField(key.fields, 'created_at', createdAt);
      return { ...key, fields: withTextField(dated, 'enc', enc), enc };
    },
    async unwrap(key) {
      if (key.enc !== null) return decrypt(key.id, key.enc);
      throw new SopskitError('key.unavailable', `PGP key ${key.id}: the file holds no data key for it`, {
        hint: 'Somebody who can open the file can add it with `updatekeys` or `rotate`.',
      });
    },
  };
}

interface Ways {
  readonly gpg: Gpg;
  readonly named: KeyFiles;
  readonly legacy: KeyFiles;
}

interface Work<K, R> {
  find(files: KeyFiles): Promise<K | null>;
  withKey(key: K): Promise<R>;
  withGpg(): Promise<R>;
}

async function firstWay<K, R>(
  ways: Ways,
  code: 'key.wrap' | 'key.unavailable',
  fingerprint: string,
  work: Work<K, R>,
): Promise<R> {
  const own = await work.find(ways.named);
  if (own !== null) return work.withKey(own);
  let failure = withoutGpg(ways, code, fingerprint);
  if (ways.gpg.available) {
    try {
      return await work.withGpg();
    } catch (error) {
      if (!(error instanceof SopskitError) || error.code !== code) throw error;
      failure = error;
    }
  }
  const old = await work.find(ways.legacy);
  if (old === null) throw failure;
  return work.withKey(old);
}

function withoutGpg(
  { gpg, named }: Ways,
  code: 'key.wrap' | 'key.unavailable',
  fingerprint: string,
): SopskitError {
  const files =
    named.paths.length === 0 ? '' : ', and none of the files in SOPSKIT_PGP_KEY_FILES has the key';
  return new SopskitError(code, `PGP key ${fingerprint}: the program ${gpg.program} is not there${files}`, {
    hint: 'Install GnuPG (or correct SOPS_GPG_EXEC), or name a file with the exported key in SOPSKIT_PGP_KEY_FILES.',
  });
}
