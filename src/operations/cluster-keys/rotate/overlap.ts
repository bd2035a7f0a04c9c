import type { KustomizationDecryption, SecretRef } from '../../../flux/decryption/decryption.ts';
import type { ClusterModel } from '../../../flux/model/model.ts';
import type { BoundCluster } from '../bound-cluster.ts';
import type { KeySecret } from '../key-secret.ts';
import type { DecryptingCluster } from './decrypting-cluster.ts';

/** Of which clusters the new identity has to be beside the old one, and who says so. */
export interface OverlapRequest {
  /** All clusters of the repository, with what their Kustomizations decrypt. */
  readonly models: readonly {
    readonly model: ClusterModel;
    readonly decryptions: readonly KustomizationDecryption[];
  }[];
  /** Those that are reached. */
  readonly clusters: readonly DecryptingCluster[];
  /** Names of clusters (`clusters/homelab`, or the last part) that the user vouches for. */
  readonly skipped: readonly string[];
  /** The recipient that is replaced. */
  readonly old: string;
  /** The one that replaces it; `null`: it is not made yet. */
  readonly fresh: string | null;
}

/** A Secret that has to hold both identities, as it is. */
export interface OverlapTarget {
  readonly bound: BoundCluster;
  readonly ref: SecretRef;
  /** Whether it is the controller's own (`--sops-age-secret`). */
  readonly global: boolean;
  /** Keys of the Kustomizations that decrypt with it. */
  readonly kustomizations: readonly string[];
  readonly secret: KeySecret;
  /** `there`: it holds the new one. `add`: it holds the old one only. `other`: what it holds opens every file without either. */
  readonly state: 'there' | 'add' | 'other';
}
