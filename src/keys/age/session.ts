import { SopskitError } from '../../errors/sopskit-error.ts';
import { Secret } from '../../secret/secret.ts';
import type { System } from '../../system/system.ts';
import type { KeySession, MasterKey } from '../key-source.ts';
import { openFile, parseFile } from './file/age-file.ts';
import { decodeArmor, encodeArmor } from './file/armor.ts';
import { withEnc } from './master-key.ts';
import type { Recipient } from './recipient.ts';
import { parseRecipient, shorten } from './recipient-text.ts';
import { type Findings, Search } from './search.ts';
import { IdentityStore } from './sources/identity-store.ts';
import { unavailable } from './unavailable.ts';

/** Wraps and unwraps with age. Identities are read on the first unwrap, once; recipients are parsed once. */
export class AgeSession implements KeySession {
  readonly #system: System;
  readonly #store: IdentityStore;
  readonly #recipients = new Map<string, Recipient>();
  readonly #warned = new Set<string>();

  constructor(system: System) {
    this.#system = system;
    this.#store = new IdentityStore(system);
  }

  async wrap(key: MasterKey, dataKey: Secret): Promise<MasterKey> {
    try {
      const recipient = this.#recipient(key.id);
      const file = await dataKey.lend((bytes) => recipient.seal(bytes, this.#system));
      return withEnc(key, encodeArmor(file));
    } catch (error) {
      if (!(error instanceof SopskitError) || error.code === 'interrupted') throw error;
      const message = error.code === 'key.invalid' ? error.message : `${error.message} (${shorten(key.id)})`;
      const hint = error.hint === undefined ? {} : { hint: error.hint };
      throw new SopskitError('key.wrap', `cannot encrypt the data key: ${message}`, hint);
    }
  }

  async unwrap(key: MasterKey): Promise<Secret> {
    if (key.enc === null) {
      throw new SopskitError('key.unavailable', `there is no encrypted data key for ${shorten(key.id)}`);
    }
    const file = naming(key, () => parseFile(decodeArmor(key.enc ?? '')));
    const findings = await new Search(file.header, key.id, this.#store).run();
    const { fileKey } = findings;
    if (fileKey === null) throw await unavailable(this.#system, key.id, findings);
    this.#warn(findings);
    return new Secret(naming(key, () => openFile(file, fileKey)));
  }

  #recipient(text: string): Recipient {
    const recipient = this.#recipients.get(text) ?? parseRecipient(text);
    this.#recipients.set(text, recipient);
    return recipient;
  }

  /** Names, once each, the places that could not be read although the file was opened without them. */
  #warn({ reports, attempts }: Findings): void {
    for (const { place, problems } of reports) {
      for (const { text } of problems) this.#warnOnce(`${place}: ${text}`);
    }
    for (const { place, identity, problem } of attempts) {
      if (problem !== null) this.#warnOnce(`${place}: ${identity.description}: ${problem.message}`);
    }
  }

  #warnOnce(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#system.warn(`age: ${message}`);
  }
}

/** Says in an error about the age data whose data key it holds. */
function naming<T>(key: MasterKey, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    throw new SopskitError(error.code, `the data key for ${shorten(key.id)}: ${error.message}`, hint);
  }
}
