import { constants, createPublicKey, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import { fileKeyLength, type RandomSource, sealFile } from '../file/age-file.ts';
import { damaged } from '../file/damaged.ts';
import type { Header } from '../file/header.ts';
import type { Stanza } from '../file/stanza.ts';
import type { Identity } from '../identity.ts';
import type { Recipient } from '../recipient.ts';
import { checkStrength, fingerprintOf, printPublicKey, type RsaPublicKey } from './public-key.ts';

const oaep = {
  padding: constants.RSA_PKCS1_OAEP_PADDING,
  oaepHash: 'sha256',
  oaepLabel: Buffer.from('age-encryption.org/v1/ssh-rsa'),
} as const;

/** `ssh-rsa AAAA…` of at least 2048 bits (filippo.io/age/agessh). */
export class RsaRecipient implements Recipient {
  readonly #key: RsaPublicKey;

  /** Throws `key.invalid` for a key that is too short. */
  constructor(key: RsaPublicKey) {
    checkStrength(key);
    this.#key = key;
  }

  seal(plaintext: Uint8Array, source: RandomSource): Uint8Array {
    const fileKey = source.randomBytes(fileKeyLength);
    const file = sealFile(fileKey, [this.#wrap(fileKey)], plaintext, source);
    fileKey.fill(0);
    return file;
  }

  #wrap(fileKey: Uint8Array): Stanza {
    try {
      const body = publicEncrypt({ key: keyObjectOf(this.#key), ...oaep }, fileKey);
      return { type: this.#key.type, args: [fingerprintOf(this.#key)], body };
    } catch {
      throw new SopskitError('key.wrap', 'the RSA key of the SSH recipient cannot be used');
    }
  }
}

export class RsaIdentity implements Identity {
  readonly kind = 'ssh';
  readonly description = 'an ssh-rsa key';
  readonly prefix = 'ssh-rsa ';
  readonly publicKey: RsaPublicKey;
  readonly #key: KeyObject;

  constructor(privateKey: KeyObject) {
    this.#key = privateKey;
    const { n, e } = createPublicKey(privateKey).export({ format: 'jwk' });
    if (n === undefined || e === undefined) throw new SopskitError('key.invalid', 'it is not an RSA key');
    this.publicKey = {
      type: 'ssh-rsa',
      modulus: Buffer.from(n, 'base64url'),
      exponent: Buffer.from(e, 'base64url'),
    };
  }

  publicHalf(): string {
    return printPublicKey(this.publicKey);
  }

  unwrap(header: Header): Uint8Array | null {
    for (const stanza of header.stanzas) {
      if (stanza.type !== this.publicKey.type) continue;
      if (stanza.args.length !== 1) throw damaged('its ssh-rsa stanza is malformed');
      if (stanza.args[0] === fingerprintOf(this.publicKey)) return this.#open(stanza);
    }
    return null;
  }

  #open(stanza: Stanza): Uint8Array {
    try {
      return privateDecrypt({ key: this.#key, ...oaep }, stanza.body);
    } catch {
      throw damaged('its ssh-rsa stanza names this key but does not open with it');
    }
  }
}

function keyObjectOf(key: RsaPublicKey): KeyObject {
  const n = Buffer.from(key.modulus).toString('base64url');
  const e = Buffer.from(key.exponent).toString('base64url');
  return createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
}
