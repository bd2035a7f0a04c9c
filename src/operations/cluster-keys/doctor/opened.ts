import type { SealedFileUse } from '../../../flux/decryption/decryption.ts';
import type { MasterKey } from '../../../keys/key-source.ts';
import { opensWith } from '../../../sops/opens-with.ts';
import { holdsUsable } from '../holds.ts';
import type { HeldKey, Holds } from '../key-secret.ts';
import { type KeyedKustomization, type LiveSide, secretText } from './scene.ts';

/** Whether a file opens; `null`: with a key service, by an identity of the controller that nobody here can see. */
export function opens({ metadata }: SealedFileUse, holds: Holds): boolean | null {
  if (opensWith(metadata, holds)) return true;
  const elsewhere = ({ source }: MasterKey): boolean => source !== 'age' && source !== 'pgp';
  return opensWith(metadata, (key) => holds(key) || elsewhere(key)) ? null : false;
}

/** Whether a Kustomization's Secret opens one of its files, as if entries that cannot be parsed were taken out. */
export function opensIn(
  { secret, global }: KeyedKustomization,
  live: LiveSide | null,
  file: SealedFileUse,
): boolean | null {
  const seen = secret === null ? undefined : live?.secrets.get(secretText(secret));
  if (seen?.kind !== 'found') return null;
  return opens(file, holdsUsable([seen.secret], { ageOnly: global, pastProblems: true }));
}

/** `age1…` and fingerprints of a file, each once. */
export function recipientsOf({ metadata }: SealedFileUse): readonly string[] {
  return [...new Set(metadata.keyGroups.flat().map(({ id }) => id))];
}

/** Keys as they are called in messages. */
export function keysText(keys: readonly HeldKey[]): string {
  const names = keys.map(({ kind, recipient }) => {
    const what = {
      ...{ x25519: 'the age identity', hybrid: 'the post-quantum age identity', pgp: 'the PGP key' },
      ...{ ssh: 'an SSH key', plugin: 'an identity of an age plugin', locked: 'a key behind a passphrase' },
    }[kind];
    return recipient === null ? what : `${what} of ${recipient}`;
  });
  return names.length === 0 ? 'nothing that is a key' : names.join(', ');
}

/** The first few names, and how many more there are. */
export function listed(names: readonly string[], most = 4): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ');
}
