/** Why something cannot be told from the repository alone. What depends on it is never called safe. */
export interface Unknown {
  readonly reason: UnknownReason;
  /** What it is about: a Kustomization (`namespace/name`), a source, a file from the repository's top. */
  readonly subject: string;
  /** One sentence without its full stop. Never a value. */
  readonly message: string;
  /** What would make it known, one sentence. */
  readonly fix: string;
}

export type UnknownReason =
  /** A kustomization takes in something from another server. */
  | 'remote-base'
  /** A file that decides what is built cannot be opened with the identities here. */
  | 'missing-key'
  /** The content lies elsewhere: an OCI artifact, a bucket, another repository. */
  | 'opaque-source'
  /** A variable comes from a ConfigMap or Secret that is not in the repository. */
  | 'variable'
  /** No program `kustomize` or `kubectl`. */
  | 'no-kustomize'
  /** A revision that git does not have here (a shallow clone, another repository's branch). */
  | 'no-revision'
  /** A submodule, a link that leaves the tree, a file that cannot be read. */
  | 'unreadable'
  /** What the cluster holds could not be read. */
  | 'live';
