import type { Answer } from '../plan/plan.ts';

/** What is drawn of one cluster: its Kustomizations, their order and sources, and what a plan does to them. */
export interface FluxGraph {
  /** The cluster's name: its sync path. */
  readonly cluster: string;
  /** The state that is drawn; with a plan, its two. */
  readonly states: readonly string[];
  /** `null` where no plan is drawn. */
  readonly answer: Answer | null;
  /** Parents before children. */
  readonly nodes: readonly GraphNode[];
  readonly sources: readonly GraphSource[];
  readonly moves: readonly GraphMove[];
}

/** One Kustomization. */
export interface GraphNode {
  /** `namespace/name`. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  /** Path in its source; empty for the root. */
  readonly path: string;
  /** The Kustomization that applies it; `null`: none that is drawn. */
  readonly parent: string | null;
  /** Keys of drawn Kustomizations that have to be Ready before it. */
  readonly dependsOn: readonly string[];
  /** Names of dependencies that are not there. */
  readonly missing: readonly string[];
  readonly source: string;
  /** How many objects it applies; `null`: it cannot be told. */
  readonly objects: number | null;
  readonly state: 'built' | 'failed' | 'unknown';
  /** Why, where it is not built; else empty. */
  readonly reason: string;
  readonly prunes: boolean;
  readonly suspended: boolean;
  readonly decrypts: boolean;
  readonly presence: 'stays' | 'added' | 'removed';
  readonly change: GraphChange;
}

/** What a plan does to the objects of a Kustomization, counted; all 0 without a plan. */
export interface GraphChange {
  readonly created: number;
  readonly changed: number;
  /** In some order of events at least; those that move and are made anew among them. */
  readonly deleted: number;
  readonly orphaned: number;
  /** What is deleted or orphaned, in words. */
  readonly losses: readonly string[];
}

export interface GraphSource {
  /** `Kind/namespace/name`. */
  readonly key: string;
  readonly kind: string;
  readonly name: string;
  /** Its address, or why nothing is known of it. */
  readonly detail: string;
  /** Whether its content is unknown. */
  readonly opaque: boolean;
}

/** Objects that change their Kustomization. */
export interface GraphMove {
  readonly from: string;
  readonly to: string;
  readonly count: number;
  /** Whether an order of events deletes one of them. */
  readonly atRisk: boolean;
}

export const noChange: GraphChange = { created: 0, changed: 0, deleted: 0, orphaned: 0, losses: [] };
