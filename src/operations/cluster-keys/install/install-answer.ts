import type { SecretRef } from '../../../flux/decryption/decryption.ts';
import type { BoundCluster } from '../bound-cluster.ts';
import type { OpenedElsewhere } from './other-clusters.ts';

/** What became of the Secret, or would. Holds no key. */
export interface InstallAnswer {
  /** `unchanged`: it has all already. */
  readonly state: 'created' | 'changed' | 'unchanged';
  /** Whether it was only asked for: nothing was written. */
  readonly dryRun: boolean;
  readonly secret: SecretRef;
  /** `null`: no cluster was asked. */
  readonly context: string | null;
  readonly server: string | null;
  /** Which of the repository's clusters it is, and how that was told; `null`: none. */
  readonly cluster: { readonly name: string; readonly by: BoundCluster['by'] } | null;
  readonly keys: readonly InstalledKey[];
  /** One for each Kustomization that decrypts with the Secret. */
  readonly kustomizations: readonly KustomizationCoverage[];
  /** Why nothing, or not all, was checked; empty: all was. */
  readonly unchecked: readonly string[];
  /** Files that only another cluster decrypts, and these keys open. */
  readonly elsewhere: readonly OpenedElsewhere[];
  /** Other Secrets that Kustomizations of this cluster decrypt with, with the flags that name each. */
  readonly otherSecrets: readonly { readonly secret: SecretRef; readonly flags: string }[];
  /** Sentences on what will not work, or should be mended. */
  readonly warnings: readonly string[];
}

export interface InstalledKey {
  readonly kind: 'x25519' | 'hybrid' | 'pgp';
  readonly recipient: string;
  /** What a comment of `.sops.yaml` calls it. */
  readonly name: string | null;
  /** Where it was found on this machine. */
  readonly place: string;
  /** The entry of the Secret that has it. */
  readonly entry: string;
  /** Whether the Secret had it before. */
  readonly wasThere: boolean;
}

export interface KustomizationCoverage {
  /** `namespace/name`. */
  readonly kustomization: string;
  readonly opened: readonly string[];
  readonly unopened: readonly string[];
}
