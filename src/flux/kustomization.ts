import type { Mapping, Value } from '../tree/value.ts';

/**
 * A Kustomization of Flux (kustomize.toolkit.fluxcd.io/v1), as a model holds it: defaults filled in as the API server
 * does, names of its own namespace completed. Field meanings: the API reference of kustomize-controller.
 */
export interface FluxKustomization {
  readonly namespace: string;
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
  /** The object as it was built, whole. */
  readonly manifest: Mapping;
  readonly spec: KustomizationSpec;
  /**
   * The same with other values for variables in its spec that are not known; `null`: with them it is no valid one.
   * Absent: all of it is known.
   */
  readonly alternative?: FluxKustomization | null;
}

export interface KustomizationSpec {
  /** From the root of the source, without `./` and slashes at the ends; empty for the root. */
  readonly path: string;
  readonly prune: boolean;
  readonly deletionPolicy: 'MirrorPrune' | 'Delete' | 'WaitForTermination' | 'Orphan';
  readonly suspend: boolean;
  readonly wait: boolean;
  readonly force: boolean;
  readonly sourceRef: SourceRef;
  readonly dependsOn: readonly Dependency[];
  readonly decryption: Decryption | null;
  readonly targetNamespace: string | null;
  readonly namePrefix: string | null;
  readonly nameSuffix: string | null;
  readonly commonLabels: ReadonlyMap<string, string>;
  readonly commonAnnotations: ReadonlyMap<string, string>;
  /** Paths, from the Kustomization's own. */
  readonly components: readonly string[];
  readonly ignoreMissingComponents: boolean;
  /** As they stand in the manifest: kustomize takes them. */
  readonly patches: readonly Value[];
  readonly images: readonly Value[];
  readonly buildMetadata: readonly string[];
  readonly postBuild: PostBuild | null;
  readonly healthChecks: readonly HealthCheck[];
  readonly healthCheckExprs: readonly Value[];
  /** Whether it is applied to another cluster (`spec.kubeConfig`): its objects are not this cluster's. */
  readonly remoteCluster: boolean;
  readonly serviceAccountName: string | null;
  /** Duration texts as written; `null`: not set. */
  readonly interval: string | null;
  readonly retryInterval: string | null;
  readonly timeout: string | null;
}

export interface SourceRef {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface Dependency {
  readonly namespace: string;
  readonly name: string;
  readonly readyExpr: string | null;
}

export interface Decryption {
  readonly provider: string;
  /** Name of the Secret, in the Kustomization's namespace; `null`: that of the controller, if it has one. */
  readonly secretName: string | null;
  readonly serviceAccountName: string | null;
}

export interface PostBuild {
  readonly substitute: ReadonlyMap<string, string>;
  readonly substituteFrom: readonly SubstituteSource[];
  readonly strategy: 'WithVariables' | 'Always';
}

export interface SubstituteSource {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly optional: boolean;
}

export interface HealthCheck {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** How a Kustomization is called in this code base: `namespace/name`. */
export function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

export const kustomizationGroup = 'kustomize.toolkit.fluxcd.io';
