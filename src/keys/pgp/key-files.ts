import type { Key, PrivateKey } from 'openpgp';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { System } from '../../system/system.ts';
import { isSameKey } from './fingerprint.ts';
import { readKeyFile } from './open-pgp.ts';

/** PGP keys in files, for use without gpg. Read at the first question, and once. */
export interface KeyFiles {
  /** The files that were looked into, for messages. */
  readonly paths: readonly string[];
  /** Returns the key with this fingerprint (its own, or that of a subkey), or `null`. */
  find(fingerprint: string): Promise<Key | null>;
  /** Returns the private keys that have one of these long key ids, or all for `null`; `null` where there is none. */
  findPrivate(keyIds: readonly string[] | null): Promise<readonly PrivateKey[] | null>;
  /** Returns the files that hold only the public half of a key with one of these long key ids. */
  publicOnly(keyIds: readonly string[] | null): Promise<readonly string[]>;
  /** Says which files could not be read, and why: a sentence each. */
  problems(): Promise<readonly string[]>;
}

/** What one file gave: its keys, or why there are none. */
interface ReadFile {
  readonly path: string;
  readonly keys: readonly Key[];
  readonly problem: string | null;
}

/** The files the user named in `$SOPSKIT_PGP_KEY_FILES`. One that is missing or broken does not spoil the others. */
export function namedKeyFiles(system: System): KeyFiles {
  const separator = system.platform === 'win32' ? ';' : ':';
  const paths = (system.env.get('SOPSKIT_PGP_KEY_FILES') ?? '')
    .split(separator)
    .filter((path) => path !== '');
  return keyFiles(system, paths);
}

/** The keyrings of GnuPG before 2.1, where sops looks too. */
export function legacyKeyrings(system: System): KeyFiles {
  const home =
    system.env.get('GNUPGHOME') || (system.files.home === null ? null : `${system.files.home}/.gnupg`);
  return keyFiles(system, home === null ? [] : [`${home}/secring.gpg`, `${home}/pubring.gpg`]);
}

function keyFiles(system: System, paths: readonly string[]): KeyFiles {
  let loaded: Promise<readonly ReadFile[]> | null = null;
  const load = (): Promise<readonly ReadFile[]> => {
    loaded ??= Promise.all(paths.map((path) => readFile(system, path)));
    return loaded;
  };
  const loadKeys = async (): Promise<readonly Key[]> => (await load()).flatMap(({ keys }) => keys);
  return {
    paths,
    async find(fingerprint) {
      const isWanted = (key: Key): boolean =>
        key.getKeys().some((part) => isSameKey(fingerprint, part.getFingerprint()));
      return (await loadKeys()).find(isWanted) ?? null;
    },
    async findPrivate(keyIds) {
      const keys = (await loadKeys()).filter((key): key is PrivateKey => key.isPrivate());
      const wanted = keys.filter((key) => hasId(key, keyIds));
      return wanted.length === 0 ? null : wanted;
    },
    async publicOnly(keyIds) {
      const isPublic = (key: Key): boolean => !key.isPrivate() && hasId(key, keyIds);
      return (await load()).filter(({ keys }) => keys.some(isPublic)).map(({ path }) => path);
    },
    problems: async () => (await load()).flatMap(({ problem }) => (problem === null ? [] : [problem])),
  };
}

async function readFile(system: System, path: string): Promise<ReadFile> {
  try {
    const bytes = system.files.read(path);
    if (bytes === null) return { path, keys: [], problem: `there is no file ${path}` };
    return { path, keys: await readKeyFile(bytes, path), problem: null };
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    return { path, keys: [], problem: error.message };
  }
}

function hasId(key: Key, keyIds: readonly string[] | null): boolean {
  return keyIds === null || key.getKeyIDs().some((keyId) => keyIds.includes(keyId.toHex().toUpperCase()));
}
