import { identitiesIn } from '../../../keys/age/find-identities.ts';
import type { FoundIdentity } from '../../../keys/age/found-identity.ts';
import type { System } from '../../../system/system.ts';
import { usableKeys } from '../holds.ts';
import type { KeyEntry } from '../key-secret.ts';
import { keyTargets } from '../key-targets.ts';
import { readKeySecret } from '../read-key-secret.ts';
import { wipeKeySecret } from '../wipe-key-secret.ts';
import type { DecryptingCluster } from './decrypting-cluster.ts';

/** What the Secrets hold that Kustomizations of the repository decrypt with. */
export interface HeldIdentities {
  /** Age recipients that the controllers can use. */
  readonly held: ReadonlySet<string>;
  /** Those that were made to replace another one, as a comment in their entry says. The caller wipes them. */
  readonly replacing: readonly FoundIdentity[];
}

/** Reads them. Throws `cluster.*`. */
export async function heldIdentities(
  system: System,
  clusters: readonly DecryptingCluster[],
): Promise<HeldIdentities> {
  const held = new Set<string>();
  const replacing: FoundIdentity[] = [];
  for (const { bound, decryptions } of clusters)
    for (const { ref, global } of keyTargets(decryptions, bound.controller)) {
      const secret = await readKeySecret(bound.cluster, ref, bound.controller);
      if (secret === null) continue;
      for (const { recipient, kind } of usableKeys([secret], { ageOnly: global }))
        if (kind !== 'pgp' && recipient !== null) held.add(recipient);
      const place = `the Secret ${ref.namespace}/${ref.name} of the context ${bound.cluster.context}`;
      for (const entry of secret.entries) replacing.push(...(await replacingIn(system, entry, place)));
      wipeKeySecret(secret);
    }
  return { held, replacing };
}

async function replacingIn(
  system: System,
  { use, value }: KeyEntry,
  place: string,
): Promise<readonly FoundIdentity[]> {
  if (use !== 'age') return [];
  const bytes = value.lend((lent) => lent.slice());
  const { found } = await identitiesIn(system, bytes, { place, file: null });
  bytes.fill(0);
  return found.filter(({ replaces, text }) => {
    if (replaces === null) text.wipe();
    return replaces !== null;
  });
}

/**
 * Adds to the identities of this machine those that only Secrets have: a rotation that was begun elsewhere, or with a key
 * file that was not named again, goes on with its own. Each is there once; of one that is here, what it replaces may
 * be told by a Secret alone.
 */
export function withHeld(
  here: readonly FoundIdentity[],
  replacing: readonly FoundIdentity[],
): { readonly found: readonly FoundIdentity[]; readonly unsaved: ReadonlySet<string> } {
  const found = here.map((one) => {
    const known = replacing.find(({ recipient }) => recipient === one.recipient);
    return one.replaces === null && known !== undefined ? { ...one, replaces: known.replaces } : one;
  });
  const unsaved = new Set<string>();
  for (const one of replacing) {
    if (found.some(({ recipient }) => recipient === one.recipient)) {
      one.text.wipe();
      continue;
    }
    unsaved.add(one.recipient);
    found.push(one);
  }
  return { found, unsaved };
}
