import type { Mapping } from '../../tree/value.ts';

/** What the cluster shows at one moment: all that guards are judged by. */
export interface LiveView {
  /** Live Kustomizations by `namespace/name`. */
  readonly kustomizations: ReadonlyMap<string, Mapping>;
  /** Live objects by inventory id, of those that guards ask for and an inventory has; `null`: it is not there. */
  readonly objects: ReadonlyMap<string, Mapping | null>;
  /** Keys of sources (`Kind/namespace/name`) that follow the branch. */
  readonly sources: ReadonlySet<string>;
  /** Whether a revision as status has it (`main@sha1:…`) is the pushed commit, or has it in its history. */
  reaches(revision: string): boolean;
  /** Tokens of the reconcile requests that were made since the source has the pushed commit. */
  readonly requests: ReadonlySet<string>;
}
