import type { SecretRef } from '../../../flux/decryption/decryption.ts';
import { findDecryptions } from '../../../flux/decryption/find-decryptions.ts';
import type { BoundCluster } from '../bound-cluster.ts';
import type { KeySecret } from '../key-secret.ts';
import { readKeySecret } from '../read-key-secret.ts';
import { holdingOf } from './holding.ts';
import { type LiveUse, secretUsed } from './live-use.ts';
import { isSameRef, type RetireTarget } from './target.ts';

const usualSecret: SecretRef = { namespace: 'flux-system', name: 'sops-age' };

/**
 * Reads the Secrets of a cluster that Kustomizations decrypt with, those in the cluster and those of the repository; where
 * there are none, the usual one. `only`: this one alone. Throws `cluster.*`.
 */
export async function readSecrets(
  { cluster, model, controller }: BoundCluster,
  uses: readonly LiveUse[],
  only: SecretRef | null,
): Promise<readonly KeySecret[]> {
  const refs: SecretRef[] = [];
  const add = (ref: SecretRef): void => {
    if (!refs.some((one) => isSameRef(one, ref))) refs.push(ref);
  };
  if (only !== null) add(only);
  else {
    for (const { secret } of uses) add(secret);
    for (const { node, provider, secret } of model === null ? [] : await findDecryptions(model)) {
      const ref = secret ?? secretUsed(node.kustomization, controller)?.ref ?? null;
      if (provider === 'sops' && ref !== null) add(ref);
    }
    if (refs.length === 0) add(usualSecret);
  }
  const found: KeySecret[] = [];
  for (const ref of refs) {
    const secret = await readKeySecret(cluster, ref, controller);
    if (secret !== null) found.push(secret);
  }
  return found;
}

/** Finds the Secrets that hold an identity, and the Kustomizations that decrypt with them. */
export async function findTarget(
  bound: BoundCluster,
  secrets: readonly KeySecret[],
  uses: readonly LiveUse[],
  recipient: string,
): Promise<RetireTarget> {
  const found = await Promise.all(secrets.map((secret) => holdingOf(secret, recipient, bound.controller)));
  const holdings = found.filter((holding) => holding !== null);
  const own = uses.filter(({ secret: ref }) => holdings.some(({ secret }) => isSameRef(secret.ref, ref)));
  return { bound, holdings, uses: own };
}
