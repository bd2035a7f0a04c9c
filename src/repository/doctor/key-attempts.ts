import { SopskitError } from '../../errors/sopskit-error.ts';
import type { KeySession, KeySource, MasterKey } from '../../keys/key-source.ts';
import { keySources } from '../../keys/registry.ts';
import { Keyring } from '../../sops/keyring.ts';
import type { System } from '../../system/system.ts';

/** Unwraps as `decrypt` does, key by key and as a whole, with one session a source: nobody is asked twice. */
export class KeyAttempts {
  readonly keyring: Keyring;
  /** What the sessions warned of. */
  readonly warnings: string[] = [];
  readonly #sessions = new Map<string, KeySession>();
  readonly #system: System;

  constructor(system: System) {
    this.#system = { ...system, warn: (message) => void this.warnings.push(message) };
    const shared = keySources.map((source): KeySource => ({ ...source, open: () => this.#session(source) }));
    this.keyring = new Keyring(this.#system, shared);
  }

  get system(): System {
    return this.#system;
  }

  /** Tries one key; `null` when it gave the data key (or its part), which is forgotten at once. */
  async try(key: MasterKey): Promise<SopskitError | null> {
    const source = keySources.find(({ name }) => name === key.source);
    if (source === undefined)
      return new SopskitError('key.unsupported', `there are no ${key.source} keys here`);
    try {
      (await this.#session(source).unwrap(key)).wipe();
      return null;
    } catch (error) {
      if (!(error instanceof SopskitError) || error.code === 'interrupted') throw error;
      return error;
    }
  }

  #session(source: KeySource): KeySession {
    const session = this.#sessions.get(source.name) ?? source.open(this.#system);
    this.#sessions.set(source.name, session);
    return session;
  }
}
