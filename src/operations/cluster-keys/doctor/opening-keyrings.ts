import { ageSource } from '../../../keys/age/age-source.ts';
import { pgpSource } from '../../../keys/pgp/pgp-source.ts';
import { quietSystem } from '../../../repository/quiet-system.ts';
import { Keyring } from '../../../sops/keyring.ts';
import type { System } from '../../../system/system.ts';
import type { KeyEntry } from '../key-secret.ts';
import type { KeyScene } from './scene.ts';

/** A folder that no machine has: the names of the Secrets' PGP keys. */
const nowhere = '/nowhere/cluster-keys';

/**
 * Keyrings to open files with, unasked: that of this machine, and one for each cluster whose Secrets were read. Their keys
 * stay in memory. No program is run and nobody is asked, so that keys in gpg's own ring are not used.
 */
export function openingKeyrings(scene: Pick<KeyScene, 'system' | 'clusters'>): {
  readonly system: System;
  readonly keyrings: readonly Keyring[];
} {
  const system = quietSystem(scene.system);
  const entries = scene.clusters.flatMap(({ live }) =>
    [...(live?.secrets.values() ?? [])].flatMap((seen) => (seen.kind === 'found' ? seen.secret.entries : [])),
  );
  const held = heldSystem(system, entries);
  return {
    system,
    keyrings: [
      new Keyring(system, [ageSource, pgpSource]),
      ...(entries.length === 0 ? [] : [new Keyring(held, [ageSource, pgpSource])]),
    ],
  };
}

/** A system whose only keys are those of entries. */
function heldSystem(system: System, entries: readonly KeyEntry[]): System {
  const usable = (kinds: readonly string[]) =>
    entries.filter(({ holds }) =>
      holds.some(({ kind, unusable }) => kinds.includes(kind) && unusable === null),
    );
  const age = usable(['x25519', 'hybrid']).filter(({ problem }) => problem === null);
  const pgp = usable(['pgp']);
  const names = pgp.map((_, index) => `${nowhere}/${index}.asc`);
  const separator = system.platform === 'win32' ? ';' : ':';
  const env = new Map([
    ['SOPS_AGE_KEY', age.map(({ value }) => value.lendText((text) => text)).join('\n')],
    ['SOPSKIT_PGP_KEY_FILES', names.join(separator)],
  ]);
  const { files } = system;
  return {
    ...system,
    env: { get: (name) => env.get(name), all: () => Object.fromEntries(env) },
    files: {
      ...files,
      cwd: files.cwd,
      home: null,
      read: (path) => {
        const entry = pgp[names.indexOf(path)];
        return entry === undefined ? null : entry.value.lend((bytes) => bytes.slice());
      },
      status: () => null,
      list: () => null,
      entries: () => null,
    },
  };
}
