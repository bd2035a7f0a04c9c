import { createHmac } from 'node:crypto';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { ageSource } from '../../keys/age/age-source.ts';
import type { Identity } from '../../keys/age/identity.ts';
import { listAgePlaces } from '../../keys/age/listing.ts';
import { PluginIdentity } from '../../keys/age/plugin/plugin-identity.ts';
import { LockedSshIdentity } from '../../keys/age/ssh/locked-identity.ts';
import { isKeyOf } from '../../keys/pgp/keyring-listing.ts';
import { listPgpPlaces, type SecretPgpKey } from '../../keys/pgp/secret-keys.ts';
import type { Secret } from '../../secret/secret.ts';
import { Keyring } from '../../sops/keyring.ts';
import type { SealedFile } from '../../sops/sealed-file.ts';
import type { System } from '../../system/system.ts';
import { quietSystem } from '../quiet-system.ts';
import { readingOnce } from '../reading-once.ts';
import { neededGroups, type Reader, readerOf } from './sealed-version.ts';

/** What came of trying to open a file. */
export interface Attempt {
  readonly verdict: 'yes' | 'ask' | 'broken' | 'no';
  /** A hash of the data key that only this run can make; `null` unless `verdict` is `yes`. */
  readonly trace: string | null;
}

/**
 * Opens files with the age and SSH keys that are here, unasked: no passphrase, no plugin, no gpg, no command. Each
 * identity is loaded once.
 */
export class Opener {
  /** Where the private key of a recipient is. */
  readonly #held: ReadonlyMap<string, string>;
  /** Recipients whose key is here but would have to be asked for a passphrase. */
  readonly #locked: ReadonlyMap<string, string>;
  /** What the recipients of identities begin with whose public half nobody knows. */
  readonly #unknown: readonly RegExp[];
  readonly #pgp: readonly SecretPgpKey[];
  readonly #keyring: Keyring;
  readonly #salt: Uint8Array;
  /** How many identities are here whose public half nobody knows. */
  readonly unknown: number;

  private constructor(parts: {
    held: Map<string, string>;
    locked: Map<string, string>;
    pgp: readonly SecretPgpKey[];
    unknown: readonly RegExp[];
    system: System;
  }) {
    this.#held = parts.held;
    this.#locked = parts.locked;
    this.#pgp = parts.pgp;
    this.#unknown = parts.unknown;
    this.unknown = parts.unknown.length;
    this.#keyring = new Keyring(quietSystem(parts.system), [ageSource]);
    this.#salt = parts.system.randomBytes(32);
  }

  /** One that opens nothing, and has not even looked for keys. */
  static closed(system: System): Opener {
    return new Opener({ held: new Map(), locked: new Map(), pgp: [], unknown: [], system });
  }

  static async prepare(given: System): Promise<Opener> {
    const { system } = readingOnce(given);
    const held = new Map<string, string>();
    const locked = new Map<string, string>();
    const unknown: RegExp[] = [];
    for (const { listed, identities } of await listAgePlaces(quietSystem(system), { runCommands: false })) {
      for (const identity of identities) {
        const half = await identity.publicHalf();
        if (half === null) unknown.push(recipientsOf(identity));
        else if (identity instanceof LockedSshIdentity) locked.set(half, listed.place);
        else if (!held.has(half)) held.set(half, listed.place);
      }
    }
    return new Opener({ held, locked, pgp: (await listPgpPlaces(system)).keys, unknown, system });
  }

  /** Where the private key of a recipient is on this machine, or `null`. */
  placeOf({ source, id }: Reader): string | null {
    if (source === 'age') return this.#held.get(id) ?? this.#locked.get(id) ?? null;
    return source === 'pgp' && this.#hasPgp(id) ? 'gpg' : null;
  }

  async try(file: SealedFile): Promise<Attempt> {
    const verdict = this.#expect(file);
    if (verdict !== 'yes') return { verdict, trace: null };
    const dataKey = await this.dataKey(file);
    if (dataKey === null) return { verdict: 'broken', trace: null };
    const trace = dataKey.lend((bytes) => createHmac('sha256', this.#salt).update(bytes).digest('base64'));
    dataKey.wipe();
    return { verdict: 'yes', trace };
  }

  /** Returns the data key, or `null` where no key here opens it. The caller wipes it. */
  async dataKey({ metadata }: SealedFile): Promise<Secret | null> {
    const keyGroups = metadata.keyGroups.map((group) =>
      group.filter((key) => key.source === 'age' && this.#held.has(readerOf(key).id)),
    );
    try {
      return await this.#keyring.unwrap({ ...metadata, keyGroups });
    } catch (error) {
      if (error instanceof SopskitError && error.code !== 'interrupted') return null;
      throw error;
    }
  }

  #expect(file: SealedFile): 'yes' | 'ask' | 'no' {
    const needed = neededGroups(file);
    const groups = file.metadata.keyGroups.map((group) => group.map(readerOf));
    const open = groups.filter((group) =>
      group.some(({ source, id }) => source === 'age' && this.#held.has(id)),
    );
    if (open.length >= needed) return 'yes';
    const possible = groups.filter((group) =>
      group.some((reader) => this.placeOf(reader) !== null || this.#mayHold(reader)),
    );
    return possible.length >= needed ? 'ask' : 'no';
  }

  #mayHold({ source, id }: Reader): boolean {
    return source === 'age' && this.#unknown.some((pattern) => pattern.test(id));
  }

  #hasPgp(id: string): boolean {
    return this.#pgp.some((key) => isKeyOf(id, key));
  }
}

/** The recipients that an identity may be for; a file behind a passphrase holds native ones. */
function recipientsOf(identity: Identity): RegExp {
  return identity instanceof PluginIdentity
    ? new RegExp(`^age1${identity.plugin.replace(/[^a-z0-9]/g, '.')}1`)
    : /^age1(?:pq1|[^1]+$)/;
}
