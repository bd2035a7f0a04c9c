import type { Build } from '../build/build.ts';
import type { FluxKustomization } from '../kustomization.ts';
import type { Unknown } from '../unknown.ts';

/** Before and after. */
export type Side = 'base' | 'head';

/**
 * One cluster's part of a change: what planner and simulator take. Pure data, so that either can be fed with made-up
 * ones.
 */
export interface ClusterChange {
  readonly cluster: string;
  /** `namespace/name` of the Kustomization that is the entry; it is there whatever the builds say. */
  readonly entry: string;
  /** By `namespace/name`: all that are there before or after. */
  readonly kustomizations: ReadonlyMap<string, KustomizationChange>;
  readonly unknowns: readonly Unknown[];
}

export interface KustomizationChange {
  readonly key: string;
  /** The Kustomization before and after; `null`: not there. */
  readonly spec: Readonly<Record<Side, FluxKustomization | null>>;
  /** Key of its source (`GitRepository/flux-system/flux-system`), by the spec's side. */
  readonly source: Readonly<Record<Side, string | null>>;
  /**
   * Returns the build of the spec of one side over its source's tree of one side. `null` where there is no such spec.
   * (base, head) is what a Kustomization builds between the source's fetch and its own parent's apply; where its source
   * is not its parent's, or its parent fails or is suspended, every pair can meet.
   */
  view(spec: Side, tree: Side): Build | null;
  /**
   * The build over the head's files as the base's source takes them (its `ignore`, e.g.): where the source itself changes,
   * it fetches the head before its own change reaches it. Absent: the source takes them alike.
   */
  midway?(spec: Side): Build | null;
  /**
   * The build with the other side's variables, where those come from ConfigMaps or Secrets that change: each is applied at
   * its own time, and read when the run begins. Absent, or `null`: there are none.
   */
  stale?(spec: Side, tree: Side): Build | null;
  /**
   * Specs that are neither the base's nor the head's, and that it may have in between: what a parent builds with its old
   * spec from the new tree, e.g. Absent: none.
   */
  readonly between?: readonly SpecBetween[];
}

export interface SpecBetween {
  readonly spec: FluxKustomization;
  readonly source: string;
  view(tree: Side): Build;
}

/** What the cluster holds now, where it was asked (`--live`): takes the place of the builds of the base. */
export interface LiveState {
  /** By `namespace/name`. */
  readonly kustomizations: ReadonlyMap<string, LiveKustomization>;
  /** Labels and annotations of live objects by id, of those that were asked for; `null`: it is not there. */
  readonly objects: ReadonlyMap<string, LiveObject | null>;
  /** Objects that were asked for and may not be read: why, by id. */
  readonly unread?: ReadonlyMap<string, string>;
}

export interface LiveKustomization {
  /** Ids of `status.inventory.entries`. */
  readonly inventory: readonly string[];
  /** `status.lastAppliedRevision`, e.g. `main@sha1:…`; `null` before the first. */
  readonly lastAppliedRevision: string | null;
  readonly ready: 'True' | 'False' | 'Unknown';
  readonly message: string;
  /** Its live spec and metadata. */
  readonly kustomization: FluxKustomization;
  /** Whether status is of the spec: `observedGeneration == generation`, and not reconciling. */
  readonly settled: boolean;
  /**
   * Where it is suspended, what becomes of that when its parent applies it: `held`: it stays; `git`: it goes with its line
   * in git; `reverted`: it goes, as the controller takes off what kubectl wrote. Absent: it stays.
   */
  readonly suspension?: 'held' | 'git' | 'reverted';
}

export interface LiveObject {
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  readonly uid: string;
  readonly terminating: boolean;
}
