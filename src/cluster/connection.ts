/** How to find the cluster: as kubectl does (`--kubeconfig`, `KUBECONFIG`, `~/.kube/config`, in-cluster). */
export interface ConnectionOptions {
  readonly kubeconfig: string | null;
  readonly context: string | null;
  /** Impersonation: `--as`, `--as-group`. */
  readonly asUser: string | null;
  readonly asGroups: readonly string[];
  /**
   * How long each call may take, and each program or server that logs in, in milliseconds; 0: for ever. Absent or
   * `null`: 60 s, and 5 minutes for a program that can ask at a terminal.
   */
  readonly requestTimeout?: number | null;
  /** Ends a call that hangs, and a program that logs in, with `interrupted`: for who takes signals in its own hands. */
  readonly signal?: AbortSignal;
}
