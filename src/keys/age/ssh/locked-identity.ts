import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { Secret } from '../../../secret/secret.ts';
import type { Header } from '../file/header.ts';
import type { Identity } from '../identity.ts';
import type { LockedSshKey, SshIdentity } from './private-key.ts';
import { fingerprintOf, printPublicKey, type SshPublicKey } from './public-key.ts';

/** An SSH key that asks for its passphrase once, and only for a file that names the key. */
export class LockedSshIdentity implements Identity {
  readonly kind = 'ssh';
  readonly description = 'an SSH key with a passphrase';
  readonly prefix = 'ssh-';
  readonly #key: LockedSshKey;
  readonly #publicKey: SshPublicKey;
  readonly #ask: () => Promise<Secret>;
  #opened: Promise<SshIdentity> | null = null;

  constructor(key: LockedSshKey, publicKey: SshPublicKey, ask: () => Promise<Secret>) {
    this.#key = key;
    this.#publicKey = publicKey;
    this.#ask = ask;
  }

  publicHalf(): string {
    return printPublicKey(this.#publicKey);
  }

  async unwrap(header: Header): Promise<Uint8Array | null> {
    const fingerprint = fingerprintOf(this.#publicKey);
    const mine = header.stanzas.some(
      (stanza) => stanza.type === this.#publicKey.type && stanza.args[0] === fingerprint,
    );
    if (!mine) return null;
    // A refused prompt or a wrong passphrase is remembered too: a thousand files ask once.
    this.#opened ??= this.#unlock();
    return (await this.#opened).unwrap(header);
  }

  async #unlock(): Promise<SshIdentity> {
    const passphrase = await this.#ask();
    try {
      const identity = await this.#key.unlock(passphrase);
      if (identity.publicHalf() !== this.publicHalf()) {
        throw new SopskitError('identity.invalid', 'its public half is not the one beside it');
      }
      return identity;
    } finally {
      passphrase.wipe();
    }
  }
}
