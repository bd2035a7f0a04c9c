import type { ObjectId } from '../object-id.ts';
import type { Unknown } from '../unknown.ts';

/** What a change does to the clusters of a repository. */
export interface Plan {
  /** Labels of the two states. */
  readonly base: string;
  readonly head: string;
  readonly clusters: readonly ClusterPlan[];
}

/**
 * `safe`: nothing is deleted or orphaned in any order of events, and nothing that matters is unknown. A generated
 * ConfigMap or Secret that another one of its generator takes the place of (`replacedBy`) does not count.
 */
export type Answer = 'safe' | 'unsafe' | 'unknown';

export interface ClusterPlan {
  readonly cluster: string;
  readonly answer: Answer;
  readonly objects: readonly ObjectChange[];
  /** Kustomizations that fail at the head, in the controller's words: they prune nothing, and apply nothing. */
  readonly failing: readonly {
    readonly kustomization: string;
    readonly message: string;
    readonly fix: string;
    /** Whether it worked at the base. */
    readonly broken?: boolean;
  }[];
  /** What decides about deletions and cannot be told. */
  readonly unknowns: readonly Unknown[];
  /** What cannot be told either, and decides about no deletion: values in objects. */
  readonly harmless?: readonly Unknown[];
}

/** What becomes of one object. Objects of which nothing changes are not in a plan. */
export interface ObjectChange {
  readonly id: string;
  readonly object: ObjectId;
  /** `orphaned` with a `to`: those have it at the head, and it is not sure that they come to apply it. */
  readonly kind: 'created' | 'changed' | 'moved' | 'orphaned' | 'deleted';
  /** Kustomizations (`namespace/name`) that have it before, and after. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  /**
   * Whether it is deleted: in no order of events, in some, in all. A `moved` object at risk is deleted and made anew;
   * a `deleted` one is gone for good.
   */
  readonly risk: 'none' | 'possible' | 'certain';
  /** The orders of events that delete it, or may leave it without an owner; empty where there is no other end. */
  readonly orders: readonly Order[];
  /** Why, in words, one sentence without its full stop; empty for `created` and `changed`. */
  readonly cause: string;
  /** What else falls with it. */
  readonly falls: readonly Fall[];
  readonly procedure: Procedure | null;
  /** Id of the generated ConfigMap or Secret that takes its place under another hash; it makes no plan unsafe. */
  readonly replacedBy?: string;
}

/** One order of events, as people would tell it: `infrastructure applies the new revision`, …. */
export interface Order {
  readonly events: readonly string[];
  /** In what state it leaves the object. */
  readonly ends: 'gone' | 'made anew' | 'terminating' | 'orphaned';
}

/** Something that goes when an object goes. */
export interface Fall {
  readonly kind: 'namespace-content' | 'custom-resources' | 'helm-uninstall' | 'inventory' | 'data';
  /** One sentence without its full stop: `all 12 objects in Namespace apps`. */
  readonly message: string;
  /** Ids of objects of the repository that fall. */
  readonly ids: readonly string[];
}

/** The safe way, by its name in the guide, and its steps in words and commands. */
export interface Procedure {
  readonly name: string;
  readonly steps: readonly string[];
}
