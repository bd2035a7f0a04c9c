import { isKeyOf, listKeyring } from '../../keys/pgp/keyring-listing.ts';
import type { System } from '../../system/system.ts';
import { readerOf } from './sealed-version.ts';
import type { Subject } from './subject.ts';

/** Names that keys themselves have: the comment of an SSH key, the user id of a PGP key that gpg knows. */
export async function ownNames(
  system: System,
  subjects: readonly Subject[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  const pgp = new Set<string>();
  for (const key of subjects.flatMap(({ file }) => file.metadata.keyGroups.flat())) {
    const { id, source } = readerOf(key);
    if (source === 'pgp') pgp.add(id);
    const [, comment] = /^ssh-\S+[ \t]+\S+[ \t]+(\S.*)$/.exec(key.id.trim()) ?? [];
    if (comment !== undefined) names.set(id, comment);
  }
  if (pgp.size === 0) return names;
  const { keys } = await listKeyring(system, '--list-keys');
  for (const id of pgp) {
    const name = keys.find((key) => isKeyOf(id, key))?.name;
    if (name) names.set(id, name);
  }
  return names;
}
