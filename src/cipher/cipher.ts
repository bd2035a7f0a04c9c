import { createCipheriv, createDecipheriv } from 'node:crypto';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { Secret } from '../secret/secret.ts';
import type { Leaf } from '../tree/value.ts';
import { IvStash } from './iv-stash.ts';
import { isEmptyLeaf, leafFrom, plaintextOf, sealedTypeOf } from './plaintext.ts';
import { parseSealedValue, printSealedValue, type SealedValue } from './sealed-value.ts';

const tagLength = 16;

/**
 * Seals and opens leaves with one data key: AES-256-GCM, the leaf's path as additional data (sops' aes/cipher.go).
 *
 * It remembers the IV of every leaf it opened, so that a value that did not change gets its old ciphertext again.
 */
export class Cipher {
  readonly #dataKey: Secret;
  readonly #ivs: IvStash;

  constructor(dataKey: Secret, randomBytes: (length: number) => Uint8Array) {
    this.#dataKey = dataKey;
    this.#ivs = new IvStash(randomBytes);
  }

  /** Returns the ciphertext of a leaf; the empty string for an empty one. */
  seal(leaf: Leaf, additionalData: string): string {
    if (isEmptyLeaf(leaf)) return '';
    const type = sealedTypeOf(leaf);
    const iv = this.#ivs.remembered(leaf, additionalData) ?? this.#ivs.fresh();
    return this.#dataKey.lend((key) => {
      const gcm = createCipheriv('aes-256-gcm', key, iv);
      gcm.setAAD(Buffer.from(additionalData, 'utf8'));
      const data = leaf.kind === 'string' ? gcm.update(leaf.value, 'utf8') : gcm.update(plaintextOf(leaf));
      gcm.final(); // adds nothing: GCM is a stream cipher
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
    const plaintext = this.#decrypt(sealed, additionalData);
    const leaf = leafFrom(sealed.type, plaintext);
    if (leaf === null) {
      throw new SopskitError(
        'cipher.malformed',
        `the decrypted value is not of the type its ciphertext says`,
      );
    }
    this.#ivs.remember(leaf, sealed.type, plaintext, additionalData, sealed.iv);
    return leaf;
  }

  #decrypt(sealed: SealedValue, additionalData: string): Buffer {
    const { data, tag } = wholeTag(sealed);
    try {
      return this.#dataKey.lend((key) => {
        const gcm = createDecipheriv('aes-256-gcm', key, sealed.iv);
        gcm.setAAD(Buffer.from(additionalData, 'utf8'));
        gcm.setAuthTag(tag);
        const plaintext = gcm.update(data);
        gcm.final(); // adds nothing, but checks the tag
        return plaintext;
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
}

/** sops (Go) puts data and tag together again, and then takes the last 16 bytes for the tag. */
function wholeTag({ data, tag }: SealedValue): Pick<SealedValue, 'data' | 'tag'> {
  if (tag.length === tagLength) return { data, tag };
  const both = Buffer.concat([data, tag]);
  const end = both.length - tagLength;
  return { data: both.subarray(0, end), tag: both.subarray(end) };
}
