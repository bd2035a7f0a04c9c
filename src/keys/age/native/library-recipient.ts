import { ECDH } from 'node:crypto';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import { decodeBech32 } from '../bech32.ts';
import type { Recipient } from '../recipient.ts';

const moduleLength = 1184;
const rankBytes = 1152;
const modulus = 3329;

/** What each recipient type's bytes must be; the rest of the work is the library's. */
const shapes: ReadonlyMap<string, (bytes: Uint8Array) => boolean> = new Map([
  ['age1pq', (bytes) => bytes.length === moduleLength + 32 && isModuleKey(bytes)],
  ['age1tag', (bytes) => bytes.length === 33 && isP256Point(bytes)],
  [
    'age1tagpq',
    (bytes) =>
      bytes.length === moduleLength + 65 && isModuleKey(bytes) && isP256Point(bytes.subarray(moduleLength)),
  ],
]);

/**
 * `age1pq1…`, `age1tag1…` and `age1tagpq1…`: post-quantum and hardware-tagged recipients, encrypted to by the library
 * `age-encryption`, which is loaded on first use.
 */
export class LibraryRecipient implements Recipient {
  readonly #text: string;

  /** Throws `key.invalid`. */
  constructor(text: string) {
    const { prefix, data } = decodeBech32(text);
    if (shapes.get(prefix)?.(data) !== true) {
      throw new SopskitError('key.invalid', `it holds no key of the type ${prefix}1`);
    }
    this.#text = text;
  }

  /** Whether the library knows recipients that begin like this one. */
  static knows(text: string): boolean {
    return /^age1(pq|tag|tagpq)1/.test(text);
  }

  async seal(plaintext: Uint8Array): Promise<Uint8Array> {
    const { Encrypter } = await import('age-encryption');
    const encrypter = new Encrypter();
    encrypter.addRecipient(this.#text);
    return encrypter.encrypt(plaintext);
  }
}

/** FIPS 203, section 7.2: every 12-bit coefficient is below the modulus. */
function isModuleKey(bytes: Uint8Array): boolean {
  for (let at = 0; at < rankBytes; at += 3) {
    const [low = 0, middle = 0, high = 0] = bytes.subarray(at, at + 3);
    if ((low | ((middle & 15) << 8)) >= modulus || ((middle >> 4) | (high << 4)) >= modulus) return false;
  }
  return true;
}

function isP256Point(bytes: Uint8Array): boolean {
  try {
    ECDH.convertKey(bytes, 'prime256v1');
    return true;
  } catch {
    return false;
  }
}
