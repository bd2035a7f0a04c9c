import type { Path } from '../../tree/path.ts';
import type { Value } from '../../tree/value.ts';
import type { Plan } from '../plan/plan.ts';

/** A change of the structure, as revisions that are each safe once the guards of the one before hold. */
export interface Restructuring {
  /** As it was asked for: `split infrastructure into cilium, cert-manager`. */
  readonly title: string;
  /** Stable over runs of the same request on the same repository: names its commits (trailer `Sopskit-Restructure`). */
  readonly id: string;
  readonly cluster: string;
  readonly steps: readonly RestructureStep[];
  /** What stays to be done, or known, by the user. */
  readonly remarks: readonly string[];
}

export interface RestructureStep {
  /** What it does, in words. */
  readonly title: string;
  /** Done to the live cluster before the push: suspending what must not reconcile. */
  readonly before: readonly LiveAction[];
  /** Files by path from the repository's top; `null` removes one. Empty: nothing is committed. */
  readonly edits: ReadonlyMap<string, Uint8Array | null>;
  /** First line of the commit's message. */
  readonly message: string;
  /** Seen live before `after` is done and the next step begins. */
  readonly guards: readonly Guard[];
  /** Done once the guards hold: resuming. */
  readonly after: readonly LiveAction[];
  /** What this revision alone would do, given the steps before it. */
  readonly plan: Plan | null;
}

/** Written by the field manager `flux-client-side-apply`: a parent's apply reverts others. */
export type LiveAction =
  | { readonly kind: 'suspend'; readonly kustomization: string }
  /** `leftover`: only where an interrupted run has left it suspended; there is no command for it to be typed. */
  | { readonly kind: 'resume'; readonly kustomization: string; readonly leftover?: true }
  /** Asks a source or Kustomization to act now (`reconcile.fluxcd.io/requestedAt`). `object`: `Kind/namespace/name`. */
  | { readonly kind: 'reconcile'; readonly object: string }
  /** Has no Kustomization prune live objects (annotation `prune: disabled` on each), until they are released. */
  | { readonly kind: 'keep'; readonly objects: readonly LiveId[] }
  | { readonly kind: 'release'; readonly objects: readonly LiveId[] };

/** A live object: its inventory id, and the version of its API (`v1`). */
export interface LiveId {
  readonly id: string;
  readonly version: string;
  /** No Kustomization builds it before the step: it is there only where a run stopped, or somebody made it. */
  readonly unexpected?: true;
}

/** What has to be seen in the cluster. `kustomization`: `namespace/name`. */
export type Guard =
  /** Ready=True at the pushed revision, `observedGeneration == generation`, not reconciling. */
  | { readonly kind: 'ready'; readonly kustomization: string }
  /** Is there and suspended, and nothing of it runs. */
  | { readonly kind: 'suspended'; readonly kustomization: string }
  /** The live field has the value; the object's status is of that generation. */
  | { readonly kind: 'field'; readonly kustomization: string; readonly path: Path; readonly value: Value }
  /** The live object's owner labels name it, and it is not terminating. `id`: an inventory's. */
  | { readonly kind: 'owner'; readonly id: string; readonly kustomization: string }
  /** The inventory has exactly, or at least, these ids. */
  | { readonly kind: 'inventory'; readonly kustomization: string; readonly has: readonly string[] }
  /** The Kustomization is gone, its finalizer done. */
  | { readonly kind: 'gone'; readonly kustomization: string };
