import type { System } from '../../system/system.ts';
import type { ListedPlace } from '../listed-place.ts';
import { namedKeyFiles } from './key-files.ts';
import { listKeyring } from './keyring-listing.ts';

/** A PGP private key that is here. */
export interface SecretPgpKey {
  readonly fingerprint: string;
  /** Long key ids of the key and its subkeys, upper case: what a message names. */
  readonly keyIds: readonly string[];
}

/** What `listPgpPlaces` found. */
export interface PgpPlaces {
  readonly places: readonly ListedPlace[];
  readonly keys: readonly SecretPgpKey[];
}

const flaws: Readonly<Record<string, string>> = {
  e: 'expired',
  r: 'revoked',
  d: 'disabled',
  i: 'invalid',
};

/** Lists the secret keys of gpg and of the files in `SOPSKIT_PGP_KEY_FILES`. Nothing is unlocked. */
export async function listPgpPlaces(system: System): Promise<PgpPlaces> {
  const gpg = await listGpg(system);
  const named = await listNamedFiles(system);
  return { places: [...gpg.places, ...named.places], keys: [...gpg.keys, ...named.keys] };
}

async function listGpg(system: System): Promise<PgpPlaces> {
  const { program, home, problem, keys } = await listKeyring(system, '--list-secret-keys');
  const failed = home !== null && problem !== null;
  const place: ListedPlace = {
    ...{ place: program, family: 'pgp', kind: 'gpg', path: home, mode: null },
    state: home === null ? 'absent' : failed ? 'broken' : 'read',
    reason: home === null ? problem : null,
    identities: keys.map(({ fingerprint, validity, name }) => ({
      ...{ kind: 'pgp', recipient: fingerprint, name },
      flaw: flaws[validity] ?? null,
    })),
    problems: failed ? [{ text: problem, hint: 'Try it by hand: gpg --list-secret-keys' }] : [],
  };
  return { places: [place], keys };
}

async function listNamedFiles(system: System): Promise<PgpPlaces> {
  const files = namedKeyFiles(system);
  if (files.paths.length === 0) return { places: [], keys: [] };
  const found = (await files.findPrivate(null)) ?? [];
  const keys = found.map((key) => ({
    fingerprint: key.getFingerprint().toUpperCase(),
    keyIds: key.getKeyIDs().map((id) => id.toHex().toUpperCase()),
  }));
  const place: ListedPlace = {
    ...{ place: 'SOPSKIT_PGP_KEY_FILES', family: 'pgp', kind: 'variable' },
    ...{ path: null, mode: null, reason: null },
    state: keys.length > 0 ? 'read' : 'broken',
    identities: keys.map(({ fingerprint }) => ({
      ...{ kind: 'pgp', recipient: fingerprint, name: null, flaw: null },
    })),
    problems: (await files.problems()).map((text) => ({ text })),
  };
  return { places: [place], keys };
}
