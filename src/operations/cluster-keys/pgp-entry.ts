import type { Key, PrivateKey } from 'openpgp';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { hasGoodChecksum } from '../../keys/pgp/armor.ts';
import { readKeyFile } from '../../keys/pgp/open-pgp.ts';
import type { EntryContent } from './key-entry.ts';
import type { HeldKey } from './key-secret.ts';

/**
 * Reads what the controller gives to `gpg --batch --import` (sops, pgp/keysource.go): any number of keys, armored or
 * binary. A key behind a passphrase is imported, and nobody is there to be asked for it at `gpg -d`.
 */
export async function readPgpEntry(bytes: Uint8Array): Promise<EntryContent> {
  try {
    const keys = bytes.length === 0 ? [] : await readKeyFile(bytes, 'the entry');
    if (keys.length === 0) return { holds: [], problem: 'there is no PGP key in it' };
    return { holds: keys.map(heldKey), problem: isWhole(bytes) ? null : 'its armor has a wrong checksum' };
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    return { holds: [], problem: 'it holds no PGP key that can be read' };
  }
}

/** gpg looks at the checksums, which are optional. */
function isWhole(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return (text.match(/-----BEGIN PGP [\s\S]*?-----END PGP [A-Z ]+-----/g) ?? []).every(hasGoodChecksum);
}

function heldKey(key: Key): HeldKey {
  return {
    kind: 'pgp',
    recipient: key.getFingerprint().toUpperCase(),
    keyIds: key.getKeyIDs().map((id) => id.toHex().toUpperCase()),
    unusable: unusableBecause(key),
  };
}

/** Algorithms that decrypt: RSA, Elgamal, ECDH, X25519, X448 (RFC 9580, 9.1). */
const decrypting: ReadonlySet<number> = new Set([1, 2, 16, 18, 25, 26]);

function unusableBecause(key: Key): string | null {
  if (!isPrivate(key)) return 'it is the public half only';
  const parts = key.getKeys().flatMap(({ keyPacket }) => {
    const packet = keyPacket as PrivateKey['keyPacket'];
    return decrypting.has(packet.algorithm) ? [packet] : [];
  });
  if (parts.length === 0) return 'no part of it is for decryption';
  const present = parts.filter((packet) => 'isDummy' in packet && !packet.isDummy());
  if (present.length === 0) return 'the secret part for decryption is not in it, as on a card';
  return present.some((packet) => packet.isDecrypted() === true)
    ? null
    : 'it is behind a passphrase, which the controller has nobody to ask for';
}

function isPrivate(key: Key): key is PrivateKey {
  return key.isPrivate();
}
