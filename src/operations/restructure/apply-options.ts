import type { ClusterModel } from '../../flux/model/model.ts';
import type { Plan } from '../../flux/plan/plan.ts';

/** How a restructuring is carried out. */
export interface ApplyOptions {
  /** The cluster's model at the revision that the steps were planned from (`Begun.base`, or `HEAD`). */
  readonly model: ClusterModel;
  /** Name of the git remote to push to; `null`: the one whose address is that of the cluster's source. */
  readonly remote: string | null;
  /** How long the guards of one step may take to hold. */
  readonly timeoutMs: number;
  /** The command line that goes on after an interruption, for messages. */
  readonly again: string;
  /** Asked once, when all is checked and before anything is done. `false`: nothing is done. */
  confirm(start: ApplyStart): Promise<boolean>;
  /**
   * Plans edits over `HEAD`, while some Kustomizations (`namespace/name`) are suspended in the cluster: asked before a
   * step is committed where commits of somebody else came in since the steps were planned. Absent: such a step is refused.
   */
  plan?(edits: ReadonlyMap<string, Uint8Array | null>, suspended: readonly string[]): Promise<Plan>;
}

/** What is about to be done. */
export interface ApplyStart {
  /** The address that is pushed to, and the branch. Never with a password. */
  readonly remote: string;
  readonly branch: string;
  /** The kubeconfig's context, and the API server. */
  readonly context: string;
  readonly server: string;
  /** Index of the first step that is not on the remote yet; the number of steps: all are, and are looked at again. */
  readonly next: number;
}

export type ApplyOutcome = 'done' | 'declined';
