import path from 'node:path';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import { findIdentities, identitiesIn } from '../../../keys/age/find-identities.ts';
import type { FoundIdentities, FoundIdentity, UnusableIdentity } from '../../../keys/age/found-identity.ts';
import { listPgpPlaces } from '../../../keys/pgp/secret-keys.ts';
import { Secret } from '../../../secret/secret.ts';
import type { System } from '../../../system/system.ts';
import { exportPgpKey, pgpKeysIn } from './pgp-export.ts';

/** A private key of this machine that can be put into a cluster. */
export interface LocalKey {
  readonly kind: 'x25519' | 'hybrid' | 'pgp';
  /** `age1…`, or a fingerprint. */
  readonly recipient: string;
  /** Of PGP: long key ids of the key and its subkeys. Else empty. */
  readonly keyIds: readonly string[];
  /** Where it was found: a variable, a path, a program. */
  readonly place: string;
  /**
   * Returns a copy of the key as an entry holds it, which the caller wipes: an identity's line, or an armored PGP key.
   * Throws `cluster-key.refused` for a PGP key that cannot be used without its owner.
   */
  text(): Promise<Secret>;
}

export interface LocalKeys {
  readonly keys: readonly LocalKey[];
  /** Keys that are here, and that Flux cannot use. */
  readonly unusable: readonly UnusableIdentity[];
  /** Sentences on places that could not be read. */
  readonly problems: readonly string[];
  wipe(): void;
}

/**
 * Finds the private keys that could go into a cluster: of one file (`-`: standard input) where it is named, else where
 * sops finds age identities, the commands among these places too, and the keys of gpg and `SOPSKIT_PGP_KEY_FILES`. Throws
 * `file.*` for a named file that is not there, `identity.invalid` for one without a key.
 */
export async function findLocalKeys(system: System, identityFile: string | null): Promise<LocalKeys> {
  if (identityFile !== null) return await keysInFile(system, identityFile);
  const found = await findIdentities(system, { runCommands: true });
  const { places, keys } = await listPgpPlaces(system);
  const pgp = keys.map(({ fingerprint, keyIds }): LocalKey => {
    const holding = places.find(({ identities }) => identities.some((one) => one.recipient === fingerprint));
    return {
      ...{ kind: 'pgp', recipient: fingerprint, keyIds, place: holding?.place ?? 'gpg' },
      text: () => exportPgpKey(system, fingerprint),
    };
  });
  const distinct = [...new Map(pgp.map((key) => [key.recipient, key])).values()];
  return withPgp(found, distinct);
}

function withPgp(found: FoundIdentities, pgp: readonly LocalKey[]): LocalKeys {
  return {
    keys: [...found.found.map(ageKey), ...pgp],
    unusable: found.unusable,
    problems: found.problems,
    wipe: () => found.wipe(),
  };
}

function ageKey({ kind, recipient, place, text }: FoundIdentity): LocalKey {
  return {
    ...{ kind, recipient, place, keyIds: [] },
    text: async () => text.lend((bytes) => new Secret(Uint8Array.from(bytes))),
  };
}

async function keysInFile(system: System, named: string): Promise<LocalKeys> {
  const isInput = named === '-';
  const place = isInput ? 'standard input' : named;
  const file = isInput ? null : path.resolve(system.files.cwd, named);
  const bytes = file === null ? system.files.readStdin() : system.files.read(file);
  if (bytes === null)
    throw new SopskitError('file.missing', 'there is no such file', {
      place: { file: named },
      hint: 'Give the path of a key file with --identity-file, or - for standard input.',
    });
  if (isSshKey(bytes)) {
    bytes.fill(0);
    throw notForFlux('ssh', place);
  }
  const pgp = await pgpKeysIn(bytes, place);
  const found = await identitiesIn(system, pgp.length > 0 ? new Uint8Array() : bytes, { place, file });
  bytes.fill(0);
  const keys = withPgp(found, pgp);
  if (keys.keys.length > 0) return pgp.length > 0 ? { ...keys, problems: [] } : keys;
  throw noKeyIn(place, keys);
}

/** A private key as ssh-keygen writes it (PEM of OpenSSH, or of before). */
function isSshKey(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return /^\s*-----BEGIN (?:OPENSSH |RSA |EC |DSA |ENCRYPTED )?PRIVATE KEY-----/.test(start);
}

function notForFlux(kind: UnusableIdentity['kind'], place: string): SopskitError {
  return new SopskitError(
    'cluster-key.refused',
    `${place} holds ${unusableText(kind)}, which Flux cannot use`,
    {
      hint: 'Give the cluster an age key of its own: sopskit keys generate makes one.',
    },
  );
}

function noKeyIn(place: string, { unusable, problems }: LocalKeys): SopskitError {
  const [other] = unusable;
  if (other !== undefined) return notForFlux(other.kind, place);
  const said = problems.length === 0 ? '' : ` (${problems.join('; ')})`;
  return new SopskitError('identity.invalid', `there is no private key in ${place}${said}`, {
    hint: 'It holds lines that begin with AGE-SECRET-KEY-1, or an armored PGP private key.',
  });
}

/** What such a key is called. */
export function unusableText(kind: UnusableIdentity['kind']): string {
  if (kind === 'ssh') return 'an SSH key';
  return kind === 'plugin' ? 'an identity of an age plugin' : 'a key behind a passphrase';
}
