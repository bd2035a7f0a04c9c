import { createHash } from 'node:crypto';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import { decodePadded, encodePadded, encodeRaw } from '../file/base64.ts';
import { isEdwardsPoint } from './edwards.ts';
import { WireReader, wireInteger, wireString } from './wire.ts';

const maxModulusBits = 8192;
const minModulusBits = 2048;

export interface Ed25519PublicKey {
  readonly type: 'ssh-ed25519';
  readonly point: Uint8Array;
}
export interface RsaPublicKey {
  readonly type: 'ssh-rsa';
  /** Big-endian, without leading zeros. */
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}
export type SshPublicKey = Ed25519PublicKey | RsaPublicKey;

/** The key in the SSH wire format, from which age takes its fingerprint. */
export function blobOf(key: SshPublicKey): Uint8Array {
  if (key.type === 'ssh-ed25519') return Buffer.concat([wireString(key.type), wireString(key.point)]);
  return Buffer.concat([wireString(key.type), wireInteger(key.exponent), wireInteger(key.modulus)]);
}

/** The key as a recipient, without a comment: `ssh-ed25519 AAAA…`. */
export function printPublicKey(key: SshPublicKey): string {
  return `${key.type} ${encodePadded(blobOf(key))}`;
}

/** What age writes into a stanza to say whose it is: 32 bits of SHA-256. */
export function fingerprintOf(key: SshPublicKey): string {
  return encodeRaw(createHash('sha256').update(blobOf(key)).digest().subarray(0, 4));
}

/** Reads one line of an `authorized_keys` or `.pub` file, comment allowed. Throws `key.invalid`. */
export function parsePublicKeyLine(line: string): SshPublicKey {
  const [type = '', encoded = ''] = line.trim().split(/[ \t]+/);
  const blob = decodePadded(encoded);
  if (blob === null) throw new SopskitError('key.invalid', 'its base64 part is damaged');
  const key = parsePublicKey(blob);
  if (key.type !== type)
    throw new SopskitError('key.invalid', `it says ${type} but holds a key of the type ${key.type}`);
  return key;
}

/** Reads a public key in the SSH wire format. Throws `key.invalid`; a type that age cannot encrypt to included. */
export function parsePublicKey(blob: Uint8Array): SshPublicKey {
  const reader = new WireReader(blob);
  const type = reader.text();
  const key = type === 'ssh-ed25519' ? parseEd25519(reader) : type === 'ssh-rsa' ? parseRsa(reader) : null;
  if (key === null) {
    const named = /^[\w@.-]{1,64}$/.test(type) ? ` (${type})` : '';
    throw new SopskitError('key.invalid', `it is neither an ssh-ed25519 nor an ssh-rsa key${named}`);
  }
  if (reader.rest().length > 0) throw new SopskitError('key.invalid', 'data follows the SSH key');
  return key;
}

/** Throws `key.invalid` for an RSA key that age refuses to encrypt to. */
export function checkStrength(key: SshPublicKey): void {
  if (key.type === 'ssh-rsa' && Math.ceil(bitLength(key.modulus) / 8) < minModulusBits / 8) {
    throw new SopskitError('key.invalid', `it is an RSA key of fewer than ${minModulusBits} bits`);
  }
}

function parseEd25519(reader: WireReader): Ed25519PublicKey {
  const point = reader.string();
  if (point.length !== 32 || !isEdwardsPoint(point)) {
    throw new SopskitError('key.invalid', 'it is not a point of the Ed25519 curve');
  }
  return { type: 'ssh-ed25519', point };
}

function parseRsa(reader: WireReader): RsaPublicKey {
  const exponent = reader.integer();
  const modulus = reader.integer();
  checkRsaNumbers(modulus, exponent);
  return { type: 'ssh-rsa', modulus, exponent };
}

/** The bounds of golang.org/x/crypto/ssh. Throws `key.invalid`. */
export function checkRsaNumbers(modulus: Uint8Array, exponent: Uint8Array): void {
  if (bitLength(modulus) > maxModulusBits)
    throw new SopskitError('key.invalid', 'its RSA modulus is too large');
  const odd = ((exponent.at(-1) ?? 0) & 1) === 1;
  if (bitLength(exponent) > 24 || bitLength(exponent) < 2 || !odd) {
    throw new SopskitError('key.invalid', 'its RSA exponent is not one that is used');
  }
}

function bitLength(bytes: Uint8Array): number {
  const [first] = bytes;
  return first === undefined ? 0 : (bytes.length - 1) * 8 + (32 - Math.clz32(first));
}
