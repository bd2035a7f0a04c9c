import type { KeyObject } from 'node:crypto';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import { decodeBech32, encodeBech32 } from '../bech32.ts';
import { fileKeyLength, type RandomSource, sealFile } from '../file/age-file.ts';
import { decodeRaw, encodeRaw } from '../file/base64.ts';
import { deriveKey, open, seal, tagLength, zeroNonce } from '../file/cryptography.ts';
import { damaged } from '../file/damaged.ts';
import type { Header } from '../file/header.ts';
import type { Stanza } from '../file/stanza.ts';
import type { Identity } from '../identity.ts';
import type { Recipient } from '../recipient.ts';
import {
  ephemeralKeyOf,
  pointLength,
  pointOf,
  privateKeyOf,
  publicKeyOf,
  sharedPoint,
} from './curve25519.ts';

const label = 'age-encryption.org/v1/X25519';
const recipientPrefix = 'age';
const identityPrefix = 'AGE-SECRET-KEY-';
const stanzaType = 'X25519';

/** `age1…`: the standard recipient, on node:crypto alone and without waiting. */
export class X25519Recipient implements Recipient {
  readonly #point: Uint8Array;
  readonly #key: KeyObject;

  /** Throws `key.invalid`. */
  constructor(text: string) {
    const { prefix, data } = decodeBech32(text);
    if (prefix !== recipientPrefix || data.length !== pointLength) {
      throw new SopskitError('key.invalid', 'it is not as long as an age recipient');
    }
    this.#point = data;
    this.#key = publicKeyOf(data);
  }

  seal(plaintext: Uint8Array, source: RandomSource): Uint8Array {
    const fileKey = source.randomBytes(fileKeyLength);
    const file = sealFile(fileKey, [this.#wrap(fileKey, source)], plaintext, source);
    fileKey.fill(0);
    return file;
  }

  #wrap(fileKey: Uint8Array, source: RandomSource): Stanza {
    const scalar = source.randomBytes(pointLength);
    const { key: ephemeral, point: share } = ephemeralKeyOf(scalar);
    scalar.fill(0);
    const secret = sharedPoint(ephemeral, this.#key);
    if (secret === null) throw new SopskitError('key.wrap', 'the age recipient is a point of low order');
    const key = deriveKey(secret, Buffer.concat([share, this.#point]), label);
    return { type: stanzaType, args: [encodeRaw(share)], body: seal(key, zeroNonce, fileKey) };
  }
}

/** `AGE-SECRET-KEY-1…`. */
export class X25519Identity implements Identity {
  readonly kind = 'native';
  readonly description = 'an age identity';
  readonly prefix = 'age1';
  readonly #key: KeyObject;
  readonly #point: Uint8Array;
  readonly #recipient: string;

  /** Throws `key.invalid`. */
  constructor(text: string) {
    const { prefix, data } = decodeBech32(text);
    if (prefix !== identityPrefix || data.length !== pointLength) {
      throw new SopskitError('key.invalid', 'it is not as long as an age identity');
    }
    this.#key = privateKeyOf(data);
    data.fill(0);
    this.#point = pointOf(this.#key);
    this.#recipient = encodeBech32(recipientPrefix, this.#point);
  }

  publicHalf(): string {
    return this.#recipient;
  }

  unwrap(header: Header): Uint8Array | null {
    for (const stanza of header.stanzas) {
      if (stanza.type !== stanzaType) continue;
      const fileKey = this.#open(stanza);
      if (fileKey !== null) return fileKey;
    }
    return null;
  }

  #open(stanza: Stanza): Uint8Array | null {
    const share = stanza.args.length === 1 ? decodeRaw(stanza.args[0] ?? '') : null;
    if (share === null || share.length !== pointLength) throw damaged('its X25519 stanza is malformed');
    if (stanza.body.length !== fileKeyLength + tagLength)
      throw damaged('its X25519 stanza has the wrong size');
    const secret = sharedPoint(this.#key, publicKeyOf(share));
    if (secret === null) throw damaged('its X25519 stanza is a point of low order');
    return open(deriveKey(secret, Buffer.concat([share, this.#point]), label), zeroNonce, stanza.body);
  }
}

/** Prints a new identity from 32 random bytes, which it wipes. */
export function printX25519Identity(scalar: Uint8Array): string {
  const text = encodeBech32(identityPrefix, scalar);
  scalar.fill(0);
  return text;
}
