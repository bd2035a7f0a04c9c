import { createHash } from 'node:crypto';
import type { Leaf } from '../tree/value.ts';
import { plaintextOf } from './plaintext.ts';

/** SHA-256 of "sops": starts the hash of files with `mac_only_encrypted`, so that the two kinds never agree. */
const onlyEncryptedStart = Buffer.from(
  '8a3fd2ad54ce66527b1034f3d147be0b0b975b3bf44f72c6fdadec8176f27d69',
  'hex',
);

const mostWaiting = 0x4000;

/**
 * sops' message authentication code: SHA-512 over the bytes of the values in walk order, upper-case hex. It covers
 * neither keys, types, comments nor metadata (SECURITY.md says what follows from that).
 */
export class Mac {
  readonly #hash = createHash('sha512');
  readonly #onlyEncrypted: boolean;
  /** Strings that are not hashed yet: a call for each would cost more than the hash. */
  #waiting = '';

  constructor(onlyEncrypted: boolean) {
    this.#onlyEncrypted = onlyEncrypted;
    if (onlyEncrypted) this.#hash.update(onlyEncryptedStart);
  }

  /** Adds a leaf's plaintext; comments are left out, and with `mac_only_encrypted` unencrypted values too. */
  add(leaf: Leaf, encrypted: boolean): void {
    if (leaf.kind === 'comment' || (this.#onlyEncrypted && !encrypted)) return;
    if (leaf.kind === 'string') {
      this.#waiting += leaf.value;
      if (this.#waiting.length > mostWaiting || endsInHalf(leaf.value)) this.#flush();
      return;
    }
    this.#flush();
    this.#hash.update(plaintextOf(leaf));
  }

  /** Returns the hash; ends the computation. It is a guessing oracle for plaintext: never print it. */
  digest(): string {
    this.#flush();
    return this.#hash.digest('hex').toUpperCase();
  }

  #flush(): void {
    if (this.#waiting === '') return;
    this.#hash.update(this.#waiting, 'utf8');
    this.#waiting = '';
  }
}

/** Whether a text ends in half of a surrogate pair, which must not become a whole one with the next text. */
function endsInHalf(text: string): boolean {
  return (text.charCodeAt(text.length - 1) & 0xfc00) === 0xd800;
}
