import type { SecretRef } from '../../../flux/decryption/decryption.ts';
import type { BoundCluster } from '../bound-cluster.ts';
import type { HoldsOptions } from '../holds.ts';
import type { Holding } from './holding.ts';
import type { LiveUse } from './live-use.ts';

/** A cluster that the identity is taken out of. */
export interface RetireTarget {
  readonly bound: BoundCluster;
  /** Its Secrets that hold the identity. */
  readonly holdings: readonly Holding[];
  /** Live Kustomizations that decrypt with one of them. */
  readonly uses: readonly LiveUse[];
}

/** The Secret of a target that a Kustomization decrypts with, if it holds the identity. */
export function holdingFor({ holdings }: Pick<RetireTarget, 'holdings'>, ref: SecretRef): Holding | null {
  return holdings.find(({ secret }) => isSameRef(secret.ref, ref)) ?? null;
}

export function isSameRef(one: SecretRef, other: SecretRef): boolean {
  return one.namespace === other.namespace && one.name === other.name;
}

/** Of the controller's own Secret only age keys count. */
export function usableBy(global: boolean): HoldsOptions {
  return { ageOnly: global };
}
