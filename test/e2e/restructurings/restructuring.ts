/** A repository before and after one commit; `$NS` is the namespace of the scene that it runs in. */
export interface Restructuring {
  readonly name: string;
  /** Files by path, beside `clusters/test/flux-system/gotk-sync.yaml`. */
  readonly base: Files;
  /** Files that the commit writes; `null`: removes. */
  readonly head: Readonly<Record<string, string | null>>;
  /** Objects (inventory ids) that the real controllers must have deleted, or kept, in every round. */
  readonly always?: { readonly deleted?: readonly string[]; readonly kept?: readonly string[] };
  /** Kustomizations that are suspended live before the commit. */
  readonly suspended?: readonly string[];
  /** Objects (inventory ids) that another controller has its finalizer on. */
  readonly held?: readonly string[];
  /** Kustomizations that may wait for something that never comes: without a controller-manager no Namespace ends. */
  readonly hanging?: readonly string[];
}

export type Files = Readonly<Record<string, string>>;

export interface KustomizationText {
  /** Default: `./<name>`. */
  readonly path?: string;
  readonly prune?: boolean;
  readonly namespace?: string;
  readonly source?: string;
  /** More lines of the spec: `suspend: true`. */
  readonly spec?: string;
}

/** The manifest of a Kustomization of Flux. */
export function kustomization(name: string, options: KustomizationText = {}): string {
  const { path = `./${name}`, prune = true, namespace = '$NS', source = 'flux-system', spec } = options;
  return `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  interval: 10m
  path: ${path}
  prune: ${prune}
  sourceRef:
    kind: GitRepository
    name: ${source}
    namespace: $NS
${spec === undefined ? '' : `${spec.replace(/^/gm, '  ')}\n`}`;
}

export interface ObjectText {
  /** `null`: none is named. Default: `$NS`. */
  readonly namespace?: string | null;
  readonly apiVersion?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** The rest of the manifest. */
  readonly body?: string;
}

/** The manifest of any object; without a body, of one that needs none. */
export function manifest(kind: string, name: string, options: ObjectText = {}): string {
  const { namespace = '$NS', apiVersion = 'v1', annotations = {}, body } = options;
  const lines = Object.entries(annotations).map(
    ([key, value]) => `    kustomize.toolkit.fluxcd.io/${key}: ${value}\n`,
  );
  return `apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: ${name}
${namespace === null ? '' : `  namespace: ${namespace}\n`}${lines.length === 0 ? '' : `  annotations:\n${lines.join('')}`}${body ?? ''}`;
}

export const configMap = (name: string, options: ObjectText = {}): string =>
  manifest('ConfigMap', name, options);

export const kustomizationFile = (lines: string): string =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${lines}\n`;

export const idOfConfigMap = (name: string, namespace = '$NS'): string => `${namespace}_${name}__ConfigMap`;
export const idOfKustomization = (name: string, namespace = '$NS'): string =>
  `${namespace}_${name}_kustomize.toolkit.fluxcd.io_Kustomization`;
