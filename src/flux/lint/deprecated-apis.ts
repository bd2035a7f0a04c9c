import type { RemovedApi } from './removed-apis.ts';

/**
 * Kubernetes: what its API server warns of. Flux: `deprecationWarning` in the CRDs of the release that brought the next
 * version. What only an operator's own CRD calls deprecated is known where the CRD is in the repository.
 */
const deprecatedApis: readonly RemovedApi[] = [
  ...['ImagePolicy', 'ImageRepository', 'ImageUpdateAutomation'].map((kind) => ({
    apiVersion: 'image.toolkit.fluxcd.io/v1beta2',
    kinds: [kind],
    since: 'Flux 2.7',
    instead: 'image.toolkit.fluxcd.io/v1',
  })),
  {
    apiVersion: 'v1',
    kinds: ['Endpoints'],
    since: 'Kubernetes 1.33',
    instead: 'discovery.k8s.io/v1 EndpointSlice',
  },
];

/** Returns what is known of an API version that is served, but not for long; `null`: nothing against it. */
export function deprecatedApi(apiVersion: string, kind: string): RemovedApi | null {
  return deprecatedApis.find((api) => api.apiVersion === apiVersion && api.kinds.includes(kind)) ?? null;
}
