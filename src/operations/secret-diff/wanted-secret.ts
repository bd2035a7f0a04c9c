import type { LiveSecretRef } from '../live-secrets/read-live-secrets.ts';
import type { StoredSecret } from './stored-secret.ts';

/** A Secret as the repository would have it in the cluster. */
export interface WantedSecret {
  readonly ref: LiveSecretRef;
  readonly secret: StoredSecret;
  /** The Kustomization (`namespace/name`) that applies it; `null`: it was taken from a file as it stands there. */
  readonly kustomization: string | null;
  /** Where it is written, from the repository's top; of a file as it stands: as the user would type it. */
  readonly file: string | null;
  /** All files that make it what it is, as far as can be told; from the repository's top. */
  readonly files: ReadonlySet<string>;
  /** Whether kustomize makes it, so that its name may end in a hash of its content. */
  readonly generated: boolean;
  /** Whether no more is known of it than the names of its keys. Absent: it is. */
  readonly byName?: true;
  /** Whether an annotation keeps Flux from decrypting it, so that its ciphertext is what is asked for. Absent: none. */
  readonly sealed?: true;
  /** What Flux does with it that an equal Secret hangs on, in sentences without their full stops. */
  readonly notes: readonly string[];
}

/** Something that could not be compared. */
export interface Unlooked {
  /** A Kustomization, a file, a Secret. */
  readonly what: string;
  /** One clause, never a value. */
  readonly why: string;
  /** What would help; empty: nothing is known. */
  readonly fix: string;
}

/** The Secrets of a repository, and what of it could not be told. */
export interface WantedSecrets {
  readonly wanted: readonly WantedSecret[];
  readonly unlooked: readonly Unlooked[];
  /** What is none of this comparison's business, in sentences without their full stops. */
  readonly passedOver: readonly string[];
}
