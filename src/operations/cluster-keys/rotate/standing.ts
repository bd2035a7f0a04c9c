/** How a Kustomization that decrypts stands to a commit. */
export interface Standing {
  /** `namespace/name`. */
  readonly key: string;
  /** Name of the cluster's model; of one that the repository does not have, the context. */
  readonly cluster: string;
  /**
   * `ready`: it has applied the commit, or a later one, and does not fail. `waiting`: it will, as far as can be told.
   * `suspended`: it does not act, or what it needs does not. `pinned`: its source follows a tag, a commit, a version or
   * another branch. `opaque`: what it applies lies elsewhere. `failing`: its run at the commit, or its source, fails.
   */
  readonly state: 'ready' | 'waiting' | 'suspended' | 'pinned' | 'opaque' | 'failing';
  /** `status.lastAppliedRevision`, e.g. `main@sha1:…`; `null` before the first. */
  readonly revision: string | null;
  /** One clause, without a full stop; never a value. */
  readonly why: string;
  /** The command, or the sentence, that mends it; `null`: nothing has to be mended. */
  readonly mend: string | null;
}
