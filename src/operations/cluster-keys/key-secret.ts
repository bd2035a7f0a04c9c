import type { SecretRef } from '../../flux/decryption/decryption.ts';
import type { MasterKey } from '../../keys/key-source.ts';
import type { Secret } from '../../secret/secret.ts';
import type { Mapping } from '../../tree/value.ts';

/** A Secret of the cluster that Flux decrypts with, as it is now. Its values cannot be printed. */
export interface KeySecret {
  readonly ref: SecretRef;
  readonly entries: readonly KeyEntry[];
  readonly uid: string;
  /** For writing only what was read: an apply or patch that carries it is refused where somebody else wrote meanwhile. */
  readonly resourceVersion: string;
  readonly immutable: boolean;
  /**
   * Who else keeps it, and would write over a change: `Kustomization apps/keys`, `HelmRelease …`, `ExternalSecret …`;
   * `null`: nobody. Told from labels and ownerReferences.
   */
  readonly keeper: string | null;
  /** Whether `kubectl apply` left the keys in `last-applied-configuration`, in clear. */
  readonly leaked: boolean;
  /** Field managers of `data`, by entry. */
  readonly managers: ReadonlyMap<string, readonly string[]>;
  /** The live object. Holds the keys: never printed. */
  readonly manifest: Mapping;
}

/** One key of `data` of such a Secret. */
export interface KeyEntry {
  /** `age.agekey`. */
  readonly name: string;
  /**
   * What kustomize-controller takes it for, by its name alone (decryptor.go, ImportKeys): `age` for `*.agekey`, `pgp` for
   * `*.asc`, `cloud` for the five names of credentials; `ignored`: it passes over it in silence.
   */
  readonly use: 'age' | 'pgp' | 'cloud' | 'ignored';
  /** What is in it, whatever its name is. */
  readonly holds: readonly HeldKey[];
  /** Why the controller fails on it, and with it on the whole Kustomization; `null`: it does not. */
  readonly problem: string | null;
  readonly value: Secret;
}

/** A private key, by its public half. */
export interface HeldKey {
  readonly kind: 'x25519' | 'hybrid' | 'plugin' | 'ssh' | 'locked' | 'pgp';
  /** `age1…`, `ssh-ed25519 AAAA…`, or a PGP fingerprint (40 or more hex digits, upper case); `null`: it cannot be told. */
  readonly recipient: string | null;
  /** Of PGP: long ids of the key and its subkeys, upper case. Else empty. */
  readonly keyIds: readonly string[];
  /** Why kustomize-controller cannot use it, one clause; `null`: it can. */
  readonly unusable: string | null;
}

/** Whether a key of a file is one of these, in a place and of a kind that the controller uses. */
export type Holds = (key: MasterKey) => boolean;
