import { createDecipheriv, createPrivateKey } from 'node:crypto';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { Secret } from '../../../secret/secret.ts';
import { wrongPassphrase } from '../wrong-passphrase.ts';
import { Ed25519Identity } from './ed25519.ts';
import { checkRsaNumbers, parsePublicKey, type SshPublicKey } from './public-key.ts';
import { RsaIdentity } from './rsa.ts';
import { WireReader } from './wire.ts';

const magic = 'openssh-key-v1\0';
/** The bound of golang.org/x/crypto/ssh: some seconds of work. */
const maxRounds = 2048;
const keyLength = 32;

interface Cipher {
  readonly name: string;
  readonly ivLength: number;
  readonly authenticated: boolean;
}
const ciphers: ReadonlyMap<string, Cipher> = new Map([
  ['aes256-ctr', { name: 'aes-256-ctr', ivLength: 16, authenticated: false }],
  ['aes256-cbc', { name: 'aes-256-cbc', ivLength: 16, authenticated: false }],
  ['aes256-gcm@openssh.com', { name: 'aes-256-gcm', ivLength: 12, authenticated: true }],
]);

/** An `OPENSSH PRIVATE KEY`, its private part still as it is in the file. */
export interface OpensshKey {
  readonly locked: boolean;
  readonly cipher: string;
  readonly kdf: string;
  readonly kdfOptions: Uint8Array;
  readonly publicKey: SshPublicKey;
  readonly sealed: Uint8Array;
  readonly tag: Uint8Array;
}

/** Reads the container (OpenSSH's PROTOCOL.key, following golang.org/x/crypto/ssh). Throws `key.invalid`. */
export function parseOpensshKey(bytes: Uint8Array): OpensshKey {
  const reader = new WireReader(bytes);
  if (Buffer.from(reader.take(magic.length)).toString('latin1') !== magic) {
    throw new SopskitError('key.invalid', 'it is not in the OpenSSH format');
  }
  const cipher = reader.text();
  const kdf = reader.text();
  const kdfOptions = reader.string();
  if (reader.uint32() !== 1) throw new SopskitError('key.invalid', 'it holds more than one SSH key');
  const publicKey = parsePublicKey(reader.string());
  const sealed = reader.string();
  const locked = kdf !== 'none' || cipher !== 'none';
  return { locked, cipher, kdf, kdfOptions, publicKey, sealed, tag: reader.rest() };
}

export function openPlainKey(key: OpensshKey): Ed25519Identity | RsaIdentity {
  const identity = parsePrivatePart(key.sealed);
  if (identity === null) throw new SopskitError('key.invalid', 'it is malformed');
  return identity;
}

/** Decrypts with the passphrase. Throws `identity.invalid` for a wrong one, `key.invalid` for an unknown cipher. */
export async function openLockedKey(
  key: OpensshKey,
  passphrase: Secret,
): Promise<Ed25519Identity | RsaIdentity> {
  const cipher = ciphers.get(key.cipher);
  if (cipher === undefined || key.kdf !== 'bcrypt') {
    const known = [...ciphers.keys()].join(', ');
    throw new SopskitError('key.invalid', `it is encrypted with a cipher other than ${known}`);
  }
  const derived = await deriveLock(key, passphrase, keyLength + cipher.ivLength);
  const plain = decrypt(cipher, derived, key);
  derived.fill(0);
  const identity = plain === null ? null : parsePrivatePart(plain);
  plain?.fill(0);
  if (identity === null) throw wrongPassphrase();
  return identity;
}

async function deriveLock(key: OpensshKey, passphrase: Secret, length: number): Promise<Uint8Array> {
  const options = new WireReader(key.kdfOptions);
  const salt = options.string();
  const rounds = options.uint32();
  if (rounds > maxRounds) throw new SopskitError('key.invalid', `its bcrypt rounds are above ${maxRounds}`);
  const { default: bcrypt } = await import('bcrypt-pbkdf');
  const derived = new Uint8Array(length);
  const status = passphrase.lend((bytes) =>
    bcrypt.pbkdf(bytes, bytes.length, salt, salt.length, derived, length, rounds),
  );
  if (status !== 0)
    throw new SopskitError('identity.invalid', 'the passphrase is empty, or the key is malformed');
  return derived;
}

function decrypt(cipher: Cipher, derived: Uint8Array, key: OpensshKey): Uint8Array | null {
  const iv = derived.subarray(keyLength);
  const decipher = createDecipheriv(cipher.name, derived.subarray(0, keyLength), iv);
  decipher.setAutoPadding(false);
  try {
    if (cipher.authenticated && 'setAuthTag' in decipher && typeof decipher.setAuthTag === 'function') {
      decipher.setAuthTag(key.tag);
    }
    return Buffer.concat([decipher.update(key.sealed), decipher.final()]);
  } catch {
    return null;
  }
}

/** Returns `null` when the two check numbers differ: the passphrase was wrong. */
function parsePrivatePart(plain: Uint8Array): Ed25519Identity | RsaIdentity | null {
  const reader = new WireReader(plain);
  if (plain.length < 8) return null;
  const check = reader.uint32();
  if (reader.uint32() !== check) return null;
  const type = reader.text();
  if (type === 'ssh-ed25519') return parseEd25519(reader);
  if (type === 'ssh-rsa') return parseRsa(reader);
  throw new SopskitError('key.invalid', 'it is neither an ssh-ed25519 nor an ssh-rsa key');
}

function parseEd25519(reader: WireReader): Ed25519Identity {
  reader.string();
  const pair = reader.string();
  if (pair.length !== 64) throw new SopskitError('key.invalid', 'its private part has the wrong length');
  checkEnd(reader);
  return new Ed25519Identity(Uint8Array.from(pair.subarray(0, 32)));
}

function parseRsa(reader: WireReader): RsaIdentity {
  const [n, e, d, qi, p, q] = Array.from({ length: 6 }, () => reader.integer());
  checkEnd(reader);
  if (!n || !e || !d || !qi || !p || !q) throw new SopskitError('key.invalid', 'it is malformed');
  checkRsaNumbers(n, e);
  if (big(p) < 3n || big(q) < 3n || big(p) * big(q) !== big(n)) {
    throw new SopskitError('key.invalid', 'its RSA primes do not fit its modulus');
  }
  const jwk = { n, e, d, p, q, qi, dp: bytesOf(big(d) % (big(p) - 1n)), dq: bytesOf(big(d) % (big(q) - 1n)) };
  const encoded = Object.fromEntries(
    Object.entries(jwk).map(([name, value]) => [name, Buffer.from(value).toString('base64url')]),
  );
  try {
    return new RsaIdentity(createPrivateKey({ key: { kty: 'RSA', ...encoded }, format: 'jwk' }));
  } catch {
    throw new SopskitError('key.invalid', 'its RSA numbers do not make a key');
  }
}

/** Reads the comment and the padding 1, 2, 3, … behind it. */
function checkEnd(reader: WireReader): void {
  reader.string();
  if (!reader.rest().every((byte, index) => byte === index + 1)) {
    throw new SopskitError('key.invalid', 'its padding is wrong');
  }
}

function big(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function bytesOf(value: bigint): Uint8Array {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
}
