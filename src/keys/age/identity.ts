import type { Header } from './file/header.ts';

/**
 * What an identity needs before it can answer, cheapest first: nothing but the machine; another program, which may
 * ask the user; a passphrase.
 */
export type IdentityKind = 'native' | 'ssh' | 'plugin' | 'locked';

/** A private key that may open age files. None of its fields holds the key in a printable form. */
export interface Identity {
  readonly kind: IdentityKind;
  /** What to call it where its public half is not known: `an identity of the plugin yubikey`. */
  readonly description: string;
  /** How every recipient begins that it could be the identity of; empty where that is not known. */
  readonly prefix: string;
  /** Its public half, as a recipient is written; `null` where it cannot be known without asking. */
  publicHalf(): string | null | Promise<string | null>;
  /**
   * Returns the file key, or `null` when no stanza is for this identity. Throws `key.unavailable` when one is but is
   * broken, and what the prompts or the plugin throw.
   */
  unwrap(header: Header): Uint8Array | null | Promise<Uint8Array | null>;
}
