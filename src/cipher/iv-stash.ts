import type { Leaf } from '../tree/value.ts';
import { decodeUtf8, plaintextOf, sealedTypeOf } from './plaintext.ts';

/** sops' nonce is 32 bytes, not GCM's usual 12. */
export const ivLength = 32;
/** Fresh IVs are drawn in batches, of 1, 2, 4, …: a call for each would cost as much as the encryption. */
const largestBatch = 128;

interface Opened {
  readonly id: string;
  readonly iv: Uint8Array;
}

/** Fresh IVs, and those of what was opened, so that a value that did not change gets its own again. */
export class IvStash {
  readonly #randomBytes: (length: number) => Uint8Array;
  #batch: Uint8Array = new Uint8Array(0);
  #used = 0;
  #batchSize = 1;
  /** What was opened and nobody has asked for yet: most commands never do. */
  #waiting: Opened[] = [];
  readonly #seen = new Map<string, Uint8Array[]>();

  constructor(randomBytes: (length: number) => Uint8Array) {
    this.#randomBytes = randomBytes;
  }

  fresh(): Uint8Array {
    if (this.#used === this.#batch.length) {
      this.#batch = this.#randomBytes(this.#batchSize * ivLength);
      this.#used = 0;
      this.#batchSize = Math.min(2 * this.#batchSize, largestBatch);
    }
    const iv = this.#batch.subarray(this.#used, this.#used + ivLength);
    this.#used += ivLength;
    return iv;
  }

  /** Notes the IV of an opened leaf: `plaintext` is what it was read from, which may spell its value differently. */
  remember(leaf: Leaf, type: string, plaintext: Uint8Array, additionalData: string, iv: Uint8Array): void {
    if (iv.length !== ivLength) return;
    const id =
      leaf.kind === 'string' ? textId(leaf.value, additionalData) : bytesId(type, plaintext, additionalData);
    this.#waiting.push({ id, iv });
  }

  /** Equal values at one path (items of a list) get their IVs back in the order in which they were opened. */
  remembered(leaf: Leaf, additionalData: string): Uint8Array | undefined {
    for (const { id, iv } of this.#waiting) {
      const ivs = this.#seen.get(id);
      if (ivs === undefined) this.#seen.set(id, [iv]);
      else ivs.push(iv);
    }
    if (this.#waiting.length > 0) this.#waiting = [];
    if (this.#seen.size === 0) return undefined;
    const ivs = this.#seen.get(idOf(leaf, additionalData));
    return ivs !== undefined && ivs.length > 1 ? ivs.shift() : ivs?.[0];
  }
}

function idOf(leaf: Leaf, additionalData: string): string {
  const text = leaf.kind === 'string' ? leaf.value : leaf.kind === 'bytes' ? decodeUtf8(leaf.value) : null;
  if (text !== null) return textId(text, additionalData);
  return bytesId(sealedTypeOf(leaf), plaintextOf(leaf), additionalData);
}

/** A string opens from its own UTF-8 and nothing else, so that it stands for its bytes. Ids are never printed. */
function textId(text: string, additionalData: string): string {
  return `text\0${additionalData}\0${text}`;
}

function bytesId(type: string, plaintext: Uint8Array, additionalData: string): string {
  return `${type}\0${additionalData}\0${Buffer.from(plaintext).toString('latin1')}`;
}
