import { combine, split } from '../cipher/shamir/shamir.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { KeySession, KeySource, MasterKey } from '../keys/key-source.ts';
import { Secret } from '../secret/secret.ts';
import type { System } from '../system/system.ts';
import type { Metadata } from './metadata.ts';

type KeyGroups = readonly (readonly MasterKey[])[];

/** sops' default `decryption_order`. */
export const defaultDecryptionOrder: readonly string[] = ['age', 'pgp'];

const dataKeyLength = 32;

/**
 * Wraps and recovers data keys for one run, over all key sources: each source's session is opened at most once, so
 * that an identity is loaded once however many files there are.
 */
export class Keyring {
  readonly #system: System;
  readonly #sources: ReadonlyMap<string, KeySource>;
  readonly #order: readonly string[];
  readonly #sessions = new Map<string, KeySession>();
  /** Keys that have opened a file: among those of one kind they are tried first. */
  readonly #opening = new Set<string>();

  constructor(
    system: System,
    sources: readonly KeySource[],
    order: readonly string[] = defaultDecryptionOrder,
  ) {
    this.#system = system;
    this.#sources = new Map(sources.map((source) => [source.name, source]));
    this.#order = order;
  }

  /** Makes a new 32-byte data key. */
  newDataKey(): Secret {
    return new Secret(this.#system.randomBytes(dataKeyLength));
  }

  /**
   * Wraps a data key for every key of every group; several groups get a Shamir part each.
   * Returns the groups with `enc` set and the threshold in force. Throws `key.none`, `key.wrap`, `shamir.invalid`.
   */
  async wrap(
    dataKey: Secret,
    groups: KeyGroups,
    threshold: number,
  ): Promise<{ keyGroups: MasterKey[][]; threshold: number }> {
    if (groups.length === 0 || groups.some((group) => group.length === 0)) throw noKeys(groups);
    const needed = groups.length > 1 && threshold === 0 ? groups.length : threshold;
    const parts = groups.length === 1 ? [dataKey] : this.#split(dataKey, groups.length, needed);
    const keyGroups: MasterKey[][] = [];
    for (const [index, group] of groups.entries()) {
      const part = parts[index] ?? dataKey;
      keyGroups.push(await Promise.all(group.map((key) => this.#session(key).wrap(key, part))));
    }
    return { keyGroups, threshold: needed };
  }

  /**
   * Recovers a file's data key: in each group the keys in `decryption_order`, until enough groups gave their part.
   * Throws `key.unavailable` with every key's reason.
   */
  async unwrap(metadata: Metadata): Promise<Secret> {
    const { keyGroups, shamirThreshold } = metadata;
    const needed = keyGroups.length === 1 ? 1 : shamirThreshold || keyGroups.length;
    const parts: Secret[] = [];
    const failures: unknown[][] = [];
    for (const group of keyGroups) {
      const reasons: unknown[] = [];
      const part = await this.#unwrapGroup(group, reasons);
      failures.push(reasons);
      if (part !== null) parts.push(part);
      if (parts.length === needed) break;
    }
    const [first] = parts;
    if (first === undefined || parts.length < needed)
      throw unavailable(keyGroups, failures, parts.length, needed);
    return keyGroups.length === 1 ? first : combineParts(parts);
  }

  async #unwrapGroup(group: readonly MasterKey[], reasons: unknown[]): Promise<Secret | null> {
    for (const key of group.toSorted((a, b) => this.#rank(a) - this.#rank(b))) {
      try {
        const part = await this.#session(key).unwrap(key);
        this.#opening.add(nameOf(key));
        return part;
      } catch (error) {
        if (error instanceof SopskitError && error.code === 'interrupted') throw error;
        reasons.push(error);
      }
    }
    return null;
  }

  /** By kind, as `decryption_order` says. */
  #rank(key: MasterKey): number {
    const kind = this.#order.includes(key.source) ? this.#order.indexOf(key.source) : this.#order.length;
    return kind - (this.#opening.has(nameOf(key)) ? 0.5 : 0);
  }

  #split(dataKey: Secret, parts: number, threshold: number): Secret[] {
    if (threshold > parts || threshold < 2) throw badThreshold(parts, threshold);
    return dataKey
      .lend((bytes) => split(bytes, parts, threshold, (length) => this.#system.randomBytes(length)))
      .map((part) => new Secret(part));
  }

  #session(key: MasterKey): KeySession {
    const open = this.#sessions.get(key.source);
    if (open !== undefined) return open;
    const source = this.#sources.get(key.source);
    if (source === undefined)
      throw new SopskitError('key.unsupported', `there is no key source called ${key.source}`);
    const session = source.open(this.#system);
    this.#sessions.set(key.source, session);
    return session;
  }
}

function nameOf({ source, id }: MasterKey): string {
  return `${source} ${id}`;
}

function combineParts(parts: readonly Secret[]): Secret {
  const dataKey = new Secret(combine(parts.map((part) => part.lend((bytes) => bytes.slice()))));
  if (dataKey.length !== dataKeyLength) {
    throw new SopskitError('key.unavailable', 'the parts of the data key do not fit together', {
      hint: 'One group holds a part of another file. Restore the sops block from git.',
    });
  }
  return dataKey;
}

function badThreshold(groups: number, threshold: number): SopskitError {
  return new SopskitError(
    'key.wrap',
    `a Shamir threshold of ${threshold} does not fit ${groups} key groups`,
    {
      hint: `Choose one from 2 to ${groups}, or none for all.`,
    },
  );
}

function noKeys(groups: KeyGroups): SopskitError {
  if (groups.every((group) => group.length === 0)) {
    return new SopskitError('key.none', 'there is nobody to encrypt for: no recipient is left or given', {
      hint: 'A file needs a recipient, such as an age public key (age1…), in the command or in its creation rule.',
    });
  }
  return new SopskitError('key.none', 'a key group is empty: nobody could provide its part of the data key', {
    hint: 'Give every key group a recipient.',
  });
}

function unavailable(
  groups: KeyGroups,
  failures: readonly unknown[][],
  got: number,
  needed: number,
): SopskitError {
  const reasons = failures.flatMap((group, index) =>
    group.map((error) => (groups.length > 1 ? `group ${index + 1}: ${messageOf(error)}` : messageOf(error))),
  );
  const head =
    groups.length > 1
      ? `the data key needs ${needed} of ${groups.length} key groups; ${got} could be opened`
      : 'none of the keys of this file could be used to open it';
  const hints = [
    ...new Set(
      failures.flat().flatMap((error) => (error instanceof SopskitError && error.hint ? [error.hint] : [])),
    ),
  ];
  return new SopskitError(
    'key.unavailable',
    [head, ...reasons.map((reason) => `  - ${reason.replaceAll('\n', '\n    ')}`)].join('\n'),
    {
      hint:
        hints.join('\n') || 'Ask somebody who can open the file to add your recipient and run `updatekeys`.',
    },
  );
}

function messageOf(error: unknown): string {
  return error instanceof SopskitError ? error.message : 'it failed for an unknown reason';
}
