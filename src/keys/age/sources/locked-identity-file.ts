import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { System } from '../../../system/system.ts';
import { type AgeFile, openFile, parseFile } from '../file/age-file.ts';
import type { Header } from '../file/header.ts';
import type { Identity } from '../identity.ts';
import { parseNativeIdentity } from '../identity-line.ts';
import { needsPassphrase, unwrapWithPassphrase } from '../native/passphrase.ts';
import { wrongPassphrase } from '../wrong-passphrase.ts';
import { askPassphrase, forgetPassphrase } from './passphrase-prompt.ts';

/** The stanzas that identities of such a file can open. */
const openable = new Set(['X25519', 'mlkem768x25519']);

/** A key file encrypted with a passphrase (`age -p`), which is asked for once and only when a file may need it. */
export class LockedIdentityFile implements Identity {
  readonly kind = 'locked';
  readonly description = 'identities behind a passphrase';
  readonly prefix = '';
  readonly #bytes: Uint8Array;
  readonly #file: AgeFile;
  readonly #place: string;
  readonly #system: System;
  #identities: Promise<Identity[]> | null = null;

  /** Copies the binary age file. Throws `key.unavailable` when it is not one that a passphrase opens. */
  constructor(bytes: Uint8Array, place: string, system: System) {
    this.#bytes = Uint8Array.from(bytes);
    this.#file = parseFile(this.#bytes);
    if (!needsPassphrase(this.#file.header)) {
      throw new SopskitError('key.unavailable', 'it is encrypted to a key, not with a passphrase');
    }
    this.#place = place;
    this.#system = system;
  }

  publicHalf(): null {
    return null;
  }

  async unwrap(header: Header): Promise<Uint8Array | null> {
    if (!header.stanzas.some(({ type }) => openable.has(type))) return null;
    // A refused prompt or a wrong passphrase is remembered too: a thousand files ask once.
    this.#identities ??= this.#unlock();
    for (const identity of await this.#identities) {
      const fileKey = await identity.unwrap(header);
      if (fileKey !== null) return fileKey;
    }
    return null;
  }

  async #unlock(): Promise<Identity[]> {
    const passphrase = await askPassphrase(this.#system, this.#bytes, this.#place);
    try {
      const fileKey = await unwrapWithPassphrase(this.#file.header, passphrase);
      if (fileKey === null) {
        await forgetPassphrase(this.#system, this.#bytes);
        throw wrongPassphrase();
      }
      return parseAll(openFile(this.#file, fileKey));
    } catch (error) {
      // What is damaged here is the identity file, not the data key that the hint of that error is about.
      if (!(error instanceof SopskitError) || error.code !== 'key.unavailable') throw error;
      throw new SopskitError('identity.invalid', error.message);
    } finally {
      passphrase.wipe();
    }
  }
}

function parseAll(plaintext: Uint8Array): Identity[] {
  const lines = new TextDecoder().decode(plaintext).split(/\r?\n/);
  plaintext.fill(0);
  const identities: Identity[] = [];
  for (const [index, line] of lines.entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const identity = parseNativeIdentity(line);
    if (identity === null) {
      const where = `line ${index + 1} inside the encrypted identity file`;
      throw new SopskitError('identity.invalid', `${where} is not an age identity`);
    }
    identities.push(identity);
  }
  if (identities.length === 0) throw new SopskitError('identity.invalid', 'there is no identity in it');
  return identities;
}
