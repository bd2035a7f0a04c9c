import type { Build, BuiltObject } from '../../../src/flux/build/build.ts';
import type { ClusterChange, Side } from '../../../src/flux/plan/change.ts';

/** A change, and what else decides how it goes. */
export interface Scenario {
  readonly change: ClusterChange;
  /** What a build that cannot be told turns out to be. Default: it fails. */
  truth?(key: string, spec: Side, tree: Side): Build | null;
  /** Objects that are in a Kustomization's inventory beside what its base builds: from before it failed, e.g. */
  readonly inherited?: ReadonlyMap<string, readonly BuiltObject[]>;
  /** Kustomizations that are suspended live, whatever git says. */
  readonly suspended?: ReadonlySet<string>;
  /** Objects (ids) that never become healthy. */
  readonly unhealthy?: ReadonlySet<string>;
  /** Whether another controller has its finalizer on an object. Default: by kind. */
  finalized?(object: BuiltObject): boolean;
  /** Whether that controller runs, and the one that empties namespaces. Default: yes. */
  readonly otherControllers?: boolean;
  /** Whether the API server refuses to delete an object, at the nth attempt (from 0). Default: never. */
  refusesDelete?(id: string, attempt: number): boolean;
  /** Labels or annotations that somebody sets on live objects before the change. By id. */
  readonly marks?: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** Durations as they were measured, or any. */
export type Timing = 'measured' | 'adversarial';

/** What became of one object. */
export interface ObjectOutcome {
  readonly id: string;
  /** Whether it was there before the change. */
  readonly before: boolean;
  /** Who deleted it, each time: a Kustomization's key, `namespace`, `definition`; empty: nobody. */
  readonly deletedBy: readonly string[];
  readonly exists: boolean;
  readonly terminating: boolean;
  /** Whether it is there and was never another. */
  readonly same: boolean;
  /** The Kustomization that its labels name. */
  readonly owner: string | null;
  /** Kustomizations whose inventory has it, sorted. */
  readonly inventories: readonly string[];
  /** Is there, was in an inventory before, and is in none now. */
  readonly orphaned: boolean;
}

export interface Outcome {
  readonly objects: ReadonlyMap<string, ObjectOutcome>;
  /** Kustomizations that are there at the end, with their state. */
  readonly kustomizations: ReadonlyMap<string, { readonly ready: boolean; readonly message: string }>;
  /** Whether nothing moved any more; two owners of one object never rest. */
  readonly quiet: boolean;
  /** What happened, where it was asked for. */
  readonly story: readonly string[];
}
