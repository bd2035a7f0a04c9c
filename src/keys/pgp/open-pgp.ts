import type { Key, PrivateKey } from 'openpgp';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { Secret } from '../../secret/secret.ts';
import { armorMessage } from './armor.ts';
import { digitsOf } from './fingerprint.ts';

/** Reads the keys of a file, armored (any number of blocks) or binary. Throws `identity.invalid`. */
export async function readKeyFile(bytes: Uint8Array, path: string): Promise<readonly Key[]> {
  const { readKeys } = await import('openpgp');
  const text = new TextDecoder('latin1').decode(bytes);
  const blocks = text.match(
    /-----BEGIN PGP (PUBLIC|PRIVATE) KEY BLOCK-----[\s\S]*?-----END PGP \1 KEY BLOCK-----/g,
  );
  try {
    if (blocks === null) return await readKeys({ binaryKeys: bytes });
    return (await Promise.all(blocks.map((armoredKeys) => readKeys({ armoredKeys })))).flat();
  } catch (error) {
    throw new SopskitError('identity.invalid', `${path} holds no PGP key that can be read`, {
      hint: 'Export it again: `gpg --armor --export-secret-keys FINGERPRINT`.',
      cause: error,
    });
  }
}

/** Encrypts for the key; with `!` for exactly the (sub)key that was named. Throws `key.wrap`. */
export async function encryptFor(key: Key, fingerprint: string, dataKey: Secret): Promise<string> {
  const { createMessage, encrypt } = await import('openpgp');
  const exactly = fingerprint.endsWith('!') ? digitsOf(fingerprint).toLowerCase() : null;
  const part = key
    .getKeys()
    .find((candidate) => exactly !== null && candidate.getFingerprint().endsWith(exactly));
  const plain = dataKey.lend((bytes) => Uint8Array.from(bytes));
  try {
    const message = await createMessage({ binary: plain, format: 'binary' });
    const sealed = await encrypt({
      message,
      encryptionKeys: key.toPublic(),
      format: 'binary',
      ...(part === undefined ? {} : { encryptionKeyIDs: part.getKeyID() }),
    });
    return armorMessage(sealed);
  } catch (error) {
    throw new SopskitError('key.wrap', `PGP key ${fingerprint}: ${reasonOf(error)}`, {
      hint: 'Use a key that is valid and has a part for encryption; its owner may have a newer public key.',
      cause: error,
    });
  } finally {
    plain.fill(0);
  }
}

/** Decrypts with keys that are unlocked. Throws `key.unavailable`. */
export async function decryptWith(
  keys: readonly PrivateKey[],
  fingerprint: string,
  armored: string,
): Promise<Secret> {
  const { decrypt, readMessage } = await import('openpgp');
  try {
    const message = await readMessage({ armoredMessage: armored });
    const { data } = await decrypt({ message, decryptionKeys: [...keys], format: 'binary' });
    return new Secret(Uint8Array.from(data));
  } catch (error) {
    throw new SopskitError('key.unavailable', `PGP key ${fingerprint}: ${reasonOf(error)}`, {
      hint: 'The wrapped data key may be damaged: restore the sops block from git.',
      cause: error,
    });
  }
}

/** Unlocks a private key; returns `null` for a wrong passphrase. */
export async function unlock(key: PrivateKey, passphrase: Secret): Promise<PrivateKey | null> {
  const { decryptKey } = await import('openpgp');
  try {
    return await passphrase.lendText((text) => decryptKey({ privateKey: key, passphrase: text }));
  } catch {
    return null;
  }
}

/** openpgp's own messages name keys and algorithms, never contents; each starts with the name of the operation. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : 'it failed for an unknown reason';
  return text.replace(/^Error (?:encrypting|decrypting) message: /, '').slice(0, 200);
}
