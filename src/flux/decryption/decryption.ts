import type { Metadata } from '../../sops/metadata.ts';
import type { LintNode } from '../lint/lint-node.ts';
import type { Unknown } from '../unknown.ts';

/** A Secret, by the names that an API server has. */
export interface SecretRef {
  readonly namespace: string;
  readonly name: string;
}

/** What a Kustomization has encrypted in its source, and what it decrypts that with. */
export interface KustomizationDecryption {
  /** Name of the cluster's model (`clusters/homelab`). */
  readonly cluster: string;
  /** `namespace/name`. */
  readonly key: string;
  readonly node: LintNode;
  /** `spec.decryption.provider`; `null`: the Kustomization decrypts nothing. */
  readonly provider: string | null;
  /** The Secret that `spec.decryption.secretRef` names; `null`: none (the controller's own, if it has one). */
  readonly secret: SecretRef | null;
  /** Each encrypted file that its build reads and the controller would decrypt, once. */
  readonly sealed: readonly SealedFileUse[];
  /** Encrypted files whose `sops` block cannot be read: nobody opens them. */
  readonly broken: readonly BrokenFile[];
  /** Encrypted files that the controller does not take for encrypted, whatever its keys: they are applied as they are. */
  readonly passedOver: readonly BrokenFile[];
  /** Why it may read more than `sealed` says: an opaque source, a remote base, what cannot be built. */
  readonly unknowns: readonly Unknown[];
}

/** An encrypted file that a Kustomization reads. */
export interface SealedFileUse {
  /** From the top of its source (of this repository, mostly). */
  readonly path: string;
  /** What is made of it, for messages: `Secret app/db`; of a generator `Secret db (secretGenerator)`. */
  readonly titles: readonly string[];
  readonly metadata: Metadata;
  /** Paths of the encrypted values, `stringData.password`, without any value; at most those of its text. */
  readonly values: readonly string[];
  /**
   * Where in the file the ciphertext is a value (`data.app.env`, `literal app.env`), so that the file itself is not what
   * sops wrote. Empty or absent: it is.
   */
  readonly embedded?: readonly string[];
}

export interface BrokenFile {
  readonly path: string;
  /** Never a value. */
  readonly message: string;
}
