import type { KustomizationSpec } from '../../../src/flux/kustomization.ts';

/** Which of its specs a Kustomization has: one of a side, or, by its place, one that it has only in between. */
export type Version = 'base' | 'head' | number;

/** A Kustomization as one read of it returns it. Never changed: a write makes another. */
export interface KustomizationObject {
  readonly key: string;
  readonly version: Version;
  readonly spec: KustomizationSpec;
  /** As the live object has it: somebody may have suspended it by hand. */
  readonly suspend: boolean;
  readonly generation: number;
  readonly terminating: boolean;
  readonly finalizer: boolean;
  readonly inventory: readonly string[];
  /** Revisions: a source's key and side. */
  readonly lastApplied: string | null;
  readonly lastAttempted: string | null;
  readonly ready: 'True' | 'False' | 'Unknown';
  readonly message: string;
  readonly reconciling: boolean;
  readonly observedGeneration: number;
}

export type StatusPatch = Partial<
  Pick<
    KustomizationObject,
    | 'finalizer'
    | 'inventory'
    | 'lastApplied'
    | 'lastAttempted'
    | 'ready'
    | 'message'
    | 'reconciling'
    | 'observedGeneration'
  >
>;

export function createdKustomization(
  key: string,
  version: Version,
  spec: KustomizationSpec,
): KustomizationObject {
  return {
    key,
    version,
    spec,
    suspend: spec.suspend,
    generation: 1,
    terminating: false,
    finalizer: false,
    inventory: [],
    lastApplied: null,
    lastAttempted: null,
    ready: 'Unknown',
    message: '',
    reconciling: false,
    observedGeneration: -1,
  };
}

/**
 * Whether the finalizer deletes the inventory (kustomize-controller, finalizerShouldDeleteResources). An empty one has
 * nothing to delete.
 */
export function finalizerDeletes({ suspend, inventory, spec }: KustomizationObject): boolean {
  if (suspend || inventory.length === 0) return false;
  switch (spec.deletionPolicy) {
    case 'MirrorPrune':
      return spec.prune;
    case 'Delete':
    case 'WaitForTermination':
      return true;
    case 'Orphan':
      return false;
  }
}
