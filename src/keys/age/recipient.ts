import type { System } from '../../system/system.ts';

/** Whom a data key is encrypted to: the public half. */
export interface Recipient {
  /**
   * Encrypts `plaintext` into a binary age v1 file that only this recipient opens. Throws `key.wrap`,
   * and what a plugin and the prompts throw.
   */
  seal(plaintext: Uint8Array, system: System): Uint8Array | Promise<Uint8Array>;
}
