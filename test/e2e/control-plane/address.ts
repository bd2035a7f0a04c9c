/** Where a running control plane is: what `supervisor.js` prints. Plain data, so that other processes can use it. */
export interface Address {
  /** The temporary folder: logs (`kustomize-controller.log`, …) lie in it. */
  readonly folder: string;
  /** `https://127.0.0.1:PORT` */
  readonly server: string;
  /** File with the API server's certificate, which signs itself. */
  readonly ca: string;
  /** File with the contexts `admin` (system:masters, current) and `guest` (no rights but those a test gives it). */
  readonly kubeconfig: string;
  readonly tokens: { readonly admin: string; readonly guest: string };
  /** Address of the git server. */
  readonly git: string;
  /** Folder of the bare repositories. */
  readonly repositories: string;
  /** Paths of the programs. */
  readonly binaries: Binaries;
}

export const programs = [
  'etcd',
  'kube-apiserver',
  'kubectl',
  'source-controller',
  'kustomize-controller',
] as const;

export type Binaries = Readonly<Record<(typeof programs)[number], string>>;
