import { createCipheriv, createDecipheriv } from 'node:crypto';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { Secret } from '../secret/secret.ts';
import type { Leaf } from '../tree/value.ts';
import { isEmptyLeaf, leafFrom, plaintextOf, sealedTypeOf } from './plaintext.ts';
import { parseSealedValue, printSealedValue } from './sealed-value.ts';

/** sops' nonce is 32 bytes, not GCM's usual 12. */
const ivLength = 32;
const tagLength = 16;

/**
 * Seals and opens leaves with one data key: AES-256-GCM, the leaf's path as additional data (sops' aes/cipher.go).
 *
 * It remembers the IV of every leaf it opened, so that a value that did not change gets its old ciphertext again.
 */
export class Cipher {
  readonly #dataKey: Secret;
  readonly #randomBytes: (length: number) => Uint8Array;
  readonly #seen = new Map<string, Uint8Array[]>();

  constructor(dataKey: Secret, randomBytes: (length: number) => Uint8Array) {
    this.#dataKey = dataKey;
    this.#randomBytes = randomBytes;
  }

  /** Returns the ciphertext of a leaf; the empty string for an empty one. */
  seal(leaf: Leaf, additionalData: string): string {
    if (isEmptyLeaf(leaf)) return '';
    const type = sealedTypeOf(leaf);
    const plaintext = plaintextOf(leaf);
    const iv = this.#remembered(type, plaintext, additionalData) ?? this.#randomBytes(ivLength);
    return this.#dataKey.lend((key) => {
      const gcm = createCipheriv('aes-256-gcm', key, iv);
      gcm.setAAD(Buffer.from(additionalData, 'utf8'));
      const data = Buffer.concat([gcm.update(plaintext), gcm.final()]);
      return printSealedValue({ data, iv, tag: gcm.getAuthTag(), type });
    });
  }

  /**
   * Returns the leaf of a ciphertext; an empty string for an empty one.
   * Throws `cipher.malformed` or `cipher.authentication`.
   */
  open(ciphertext: string, additionalData: string): Leaf {
    if (ciphertext === '') return { kind: 'string', value: '' };
    const sealed = parseSealedValue(ciphertext);
    const plaintext = this.#decrypt(Buffer.concat([sealed.data, sealed.tag]), sealed.iv, additionalData);
    const leaf = leafFrom(sealed.type, plaintext);
    if (leaf === null) {
      throw new SopskitError(
        'cipher.malformed',
        `the decrypted value is not of the type its ciphertext says`,
      );
    }
    this.#remember(sealed.type, plaintext, additionalData, sealed.iv);
    return leaf;
  }

  #decrypt(sealed: Buffer, iv: Uint8Array, additionalData: string): Buffer {
    try {
      return this.#dataKey.lend((key) => {
        const gcm = createDecipheriv('aes-256-gcm', key, iv);
        gcm.setAAD(Buffer.from(additionalData, 'utf8'));
        gcm.setAuthTag(sealed.subarray(sealed.length - tagLength));
        return Buffer.concat([gcm.update(sealed.subarray(0, sealed.length - tagLength)), gcm.final()]);
      });
    } catch (cause) {
      throw new SopskitError(
        'cipher.authentication',
        'the value does not decrypt with this data key at this place',
        {
          hint: 'It was damaged, moved from another key or file, or renamed. Restore it from git, or set it again.',
          cause,
        },
      );
    }
  }

  #remember(type: string, plaintext: Uint8Array, additionalData: string, iv: Uint8Array): void {
    if (iv.length !== ivLength) return;
    const id = stashId(type, plaintext, additionalData);
    const ivs = this.#seen.get(id);
    if (ivs === undefined) this.#seen.set(id, [iv]);
    else ivs.push(iv);
  }

  /** Equal values at one path (items of a list) get their IVs back in the order in which they were opened. */
  #remembered(type: string, plaintext: Uint8Array, additionalData: string): Uint8Array | undefined {
    if (this.#seen.size === 0) return undefined;
    const ivs = this.#seen.get(stashId(type, plaintext, additionalData));
    return ivs !== undefined && ivs.length > 1 ? ivs.shift() : ivs?.[0];
  }
}

function stashId(type: string, plaintext: Uint8Array, additionalData: string): string {
  return `${type === 'bytes' ? 'str' : type}\0${additionalData}\0${Buffer.from(plaintext).toString('latin1')}`;
}
