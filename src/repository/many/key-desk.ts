import { SopskitError } from '../../errors/sopskit-error.ts';
import type { KeySession, KeySource, MasterKey } from '../../keys/key-source.ts';
import { Secret } from '../../secret/secret.ts';
import type { System } from '../../system/system.ts';

/** Sources that may speak to one device, card or person at a time: their keys are asked for one after the other. */
const oneAtATime: ReadonlySet<string> = new Set(['age']);

/**
 * Where all threads have their data keys wrapped and unwrapped, so that each identity is loaded once and each command,
 * agent and person asked as rarely as possible: one session a source, and one unwrap for equal wrapped keys.
 */
export class KeyDesk {
  readonly #system: System;
  readonly #sources: ReadonlyMap<string, KeySource>;
  readonly #sessions = new Map<string, KeySession>();
  readonly #unwrapped = new Map<string, Promise<Secret>>();
  readonly #queues = new Map<string, Promise<unknown>>();

  constructor(system: System, sources: readonly KeySource[]) {
    this.#system = system;
    this.#sources = new Map(sources.map((source) => [source.name, source]));
  }

  wrap(key: MasterKey, dataKey: Secret): Promise<MasterKey> {
    return this.#session(key.source).wrap(key, dataKey);
  }

  /** Returns a copy that is the caller's to wipe. Throws `key.unavailable`. */
  async unwrap(key: MasterKey): Promise<Secret> {
    const id = JSON.stringify([key.source, key.id, key.enc]);
    const known = this.#unwrapped.get(id) ?? this.#inTurn(key);
    this.#unwrapped.set(id, known);
    return (await known).lend((bytes) => new Secret(Uint8Array.from(bytes)));
  }

  /** Wipes the data keys. */
  async close(): Promise<void> {
    for (const result of await Promise.allSettled(this.#unwrapped.values()))
      if (result.status === 'fulfilled') result.value.wipe();
    this.#unwrapped.clear();
  }

  /** The sources as a keyring takes them, with this desk behind them. */
  sources(): KeySource[] {
    return [...this.#sources.values()].map((source) => ({
      ...source,
      open: () => ({
        wrap: (key, dataKey) => this.wrap(key, dataKey),
        unwrap: (key) => this.unwrap(key),
      }),
    }));
  }

  #inTurn(key: MasterKey): Promise<Secret> {
    const ask = () => this.#session(key.source).unwrap(key);
    if (!oneAtATime.has(key.source)) return ask();
    const before = this.#queues.get(key.source) ?? Promise.resolve();
    const mine = before.then(ask, ask);
    this.#queues.set(key.source, mine);
    return mine;
  }

  #session(name: string): KeySession {
    const open = this.#sessions.get(name) ?? this.#open(name);
    this.#sessions.set(name, open);
    return open;
  }

  #open(name: string): KeySession {
    const source = this.#sources.get(name);
    if (source === undefined)
      throw new SopskitError('key.unsupported', `there is no key source called ${name}`);
    return source.open(this.#system);
  }
}
