/**
 * Bytes that must not be printed: a data key, an identity, a passphrase.
 *
 * The bytes are lent to a callback and wiped by the owner. Printing, joining, serialising or inspecting a Secret
 * shows nothing of them.
 */
export class Secret {
  #bytes: Uint8Array;

  /** Takes over `bytes`: the caller must not use them afterwards. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  static fromText(text: string): Secret {
    return new Secret(new TextEncoder().encode(text));
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** Lends the bytes to `use`, which must not keep them. */
  lend<T>(use: (bytes: Uint8Array) => T): T {
    return use(this.#bytes);
  }

  /** Lends the bytes as UTF-8 text. JavaScript strings cannot be wiped: use only where an API takes nothing else. */
  lendText<T>(use: (text: string) => T): T {
    return use(new TextDecoder().decode(this.#bytes));
  }

  /** Overwrites the bytes with zeros. */
  wipe(): void {
    this.#bytes.fill(0);
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }
}
