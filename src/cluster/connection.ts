/** How to find the cluster: as kubectl does (`--kubeconfig`, `KUBECONFIG`, `~/.kube/config`, in-cluster). */
export interface ConnectionOptions {
  readonly kubeconfig: string | null;
  readonly context: string | null;
  /** Impersonation: `--as`, `--as-group`. */
  readonly asUser: string | null;
  readonly asGroups: readonly string[];
}
