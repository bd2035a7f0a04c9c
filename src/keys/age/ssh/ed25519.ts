import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import { fileKeyLength, type RandomSource, sealFile } from '../file/age-file.ts';
import { decodeRaw, encodeRaw } from '../file/base64.ts';
import { deriveKey, open, seal, zeroNonce } from '../file/cryptography.ts';
import { damaged } from '../file/damaged.ts';
import type { Header } from '../file/header.ts';
import type { Stanza } from '../file/stanza.ts';
import type { Identity } from '../identity.ts';
import { pointLength, pointOf, privateKeyOf, publicKeyOf, sharedPoint } from '../native/curve25519.ts';
import type { Recipient } from '../recipient.ts';
import { montgomeryOf } from './edwards.ts';
import { blobOf, type Ed25519PublicKey, fingerprintOf, printPublicKey } from './public-key.ts';

const label = 'age-encryption.org/v1/ssh-ed25519';
const seedPrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const empty = new Uint8Array(0);

/** `ssh-ed25519 AAAA…`, used as a Curve25519 key (filippo.io/age/agessh). */
export class Ed25519Recipient implements Recipient {
  readonly #key: Ed25519PublicKey;
  readonly #point: Uint8Array;

  constructor(key: Ed25519PublicKey) {
    this.#key = key;
    this.#point = montgomeryOf(key.point);
  }

  seal(plaintext: Uint8Array, source: RandomSource): Uint8Array {
    const fileKey = source.randomBytes(fileKeyLength);
    const file = sealFile(fileKey, [this.#wrap(fileKey, source)], plaintext, source);
    fileKey.fill(0);
    return file;
  }

  #wrap(fileKey: Uint8Array, source: RandomSource): Stanza {
    const scalar = source.randomBytes(pointLength);
    const ephemeral = privateKeyOf(scalar);
    scalar.fill(0);
    const share = pointOf(ephemeral);
    const secret = tweaked(this.#key, sharedPoint(ephemeral, publicKeyOf(this.#point)));
    if (secret === null) throw new SopskitError('key.wrap', 'the SSH recipient is a point of low order');
    const key = deriveKey(secret, Buffer.concat([share, this.#point]), label);
    const args = [fingerprintOf(this.#key), encodeRaw(share)];
    return { type: this.#key.type, args, body: seal(key, zeroNonce, fileKey) };
  }
}

export class Ed25519Identity implements Identity {
  readonly kind = 'ssh';
  readonly description = 'an ssh-ed25519 key';
  readonly prefix = 'ssh-ed25519 ';
  readonly publicKey: Ed25519PublicKey;
  readonly #key: KeyObject;
  readonly #point: Uint8Array;

  /** Takes the 32-byte seed of the private key, and wipes it. */
  constructor(seed: Uint8Array) {
    const hash = createHash('sha512').update(seed).digest();
    this.#key = privateKeyOf(hash.subarray(0, pointLength));
    hash.fill(0);
    this.#point = pointOf(this.#key);
    this.publicKey = { type: 'ssh-ed25519', point: edwardsPointOf(seed) };
    seed.fill(0);
  }

  publicHalf(): string {
    return printPublicKey(this.publicKey);
  }

  unwrap(header: Header): Uint8Array | null {
    for (const stanza of header.stanzas) {
      if (stanza.type !== this.publicKey.type) continue;
      const fileKey = this.#open(stanza);
      if (fileKey !== null) return fileKey;
    }
    return null;
  }

  #open(stanza: Stanza): Uint8Array | null {
    const [fingerprint, encoded = ''] = stanza.args;
    const share = stanza.args.length === 2 ? decodeRaw(encoded) : null;
    if (share === null || share.length !== pointLength) throw damaged('its ssh-ed25519 stanza is malformed');
    if (fingerprint !== fingerprintOf(this.publicKey)) return null;
    const secret = tweaked(this.publicKey, sharedPoint(this.#key, publicKeyOf(share)));
    if (secret === null) throw damaged('its ssh-ed25519 stanza is a point of low order');
    const key = deriveKey(secret, Buffer.concat([share, this.#point]), label);
    const fileKey = open(key, zeroNonce, stanza.body);
    if (fileKey === null) throw damaged('its ssh-ed25519 stanza names this key but does not open with it');
    return fileKey;
  }
}

/** Binds the shared secret to the SSH key, of which the Curve25519 point forgets the sign. */
function tweaked(key: Ed25519PublicKey, secret: Uint8Array | null): Uint8Array | null {
  if (secret === null) return null;
  return sharedPoint(privateKeyOf(deriveKey(empty, blobOf(key), label)), publicKeyOf(secret));
}

function edwardsPointOf(seed: Uint8Array): Uint8Array {
  const der = Buffer.concat([seedPrefix, seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-pointLength);
}
