/** An API version that is no longer served. */
export interface RemovedApi {
  /** `group/version`. */
  readonly apiVersion: string;
  /** Kinds that it concerns; none: all. */
  readonly kinds: readonly string[];
  /** The release that no longer has it: `Kubernetes 1.22`, `Flux 2.8`. */
  readonly since: string;
  readonly instead: string;
}

function removed(
  apiVersion: string,
  since: string,
  instead: string,
  ...kinds: readonly string[]
): RemovedApi {
  return { apiVersion, since, instead, kinds };
}

/** Kubernetes: its deprecation guide. Flux: the release notes of 2.7 and 2.8, and the CRDs of the controllers 1.9.6. */
export const removedApis: readonly RemovedApi[] = [
  removed('extensions/v1beta1', 'Kubernetes 1.22', 'networking.k8s.io/v1', 'Ingress'),
  removed('extensions/v1beta1', 'Kubernetes 1.16', 'networking.k8s.io/v1', 'NetworkPolicy'),
  removed('extensions/v1beta1', 'Kubernetes 1.16', 'apps/v1'),
  removed('apps/v1beta1', 'Kubernetes 1.16', 'apps/v1'),
  removed('apps/v1beta2', 'Kubernetes 1.16', 'apps/v1'),
  removed('networking.k8s.io/v1beta1', 'Kubernetes 1.22', 'networking.k8s.io/v1', 'Ingress', 'IngressClass'),
  removed('rbac.authorization.k8s.io/v1alpha1', 'Kubernetes 1.22', 'rbac.authorization.k8s.io/v1'),
  removed('rbac.authorization.k8s.io/v1beta1', 'Kubernetes 1.22', 'rbac.authorization.k8s.io/v1'),
  removed('apiextensions.k8s.io/v1beta1', 'Kubernetes 1.22', 'apiextensions.k8s.io/v1'),
  removed('apiregistration.k8s.io/v1beta1', 'Kubernetes 1.22', 'apiregistration.k8s.io/v1'),
  removed(
    'admissionregistration.k8s.io/v1beta1',
    'Kubernetes 1.22',
    'admissionregistration.k8s.io/v1',
    'MutatingWebhookConfiguration',
    'ValidatingWebhookConfiguration',
  ),
  removed(
    'certificates.k8s.io/v1beta1',
    'Kubernetes 1.22',
    'certificates.k8s.io/v1',
    'CertificateSigningRequest',
  ),
  removed('coordination.k8s.io/v1beta1', 'Kubernetes 1.22', 'coordination.k8s.io/v1', 'Lease'),
  removed('scheduling.k8s.io/v1beta1', 'Kubernetes 1.22', 'scheduling.k8s.io/v1'),
  removed('scheduling.k8s.io/v1alpha1', 'Kubernetes 1.22', 'scheduling.k8s.io/v1', 'PriorityClass'),
  removed(
    'storage.k8s.io/v1beta1',
    'Kubernetes 1.22',
    'storage.k8s.io/v1',
    'CSIDriver',
    'CSINode',
    'StorageClass',
    'VolumeAttachment',
  ),
  removed('storage.k8s.io/v1beta1', 'Kubernetes 1.27', 'storage.k8s.io/v1', 'CSIStorageCapacity'),
  removed('batch/v1beta1', 'Kubernetes 1.25', 'batch/v1', 'CronJob'),
  removed('discovery.k8s.io/v1beta1', 'Kubernetes 1.25', 'discovery.k8s.io/v1', 'EndpointSlice'),
  removed('events.k8s.io/v1beta1', 'Kubernetes 1.25', 'events.k8s.io/v1'),
  removed('autoscaling/v2beta1', 'Kubernetes 1.25', 'autoscaling/v2'),
  removed('autoscaling/v2beta2', 'Kubernetes 1.26', 'autoscaling/v2'),
  removed('policy/v1beta1', 'Kubernetes 1.25', 'policy/v1', 'PodDisruptionBudget'),
  removed('policy/v1beta1', 'Kubernetes 1.25', 'Pod Security Admission', 'PodSecurityPolicy'),
  removed('node.k8s.io/v1beta1', 'Kubernetes 1.25', 'node.k8s.io/v1', 'RuntimeClass'),
  removed('flowcontrol.apiserver.k8s.io/v1beta1', 'Kubernetes 1.26', 'flowcontrol.apiserver.k8s.io/v1'),
  removed('flowcontrol.apiserver.k8s.io/v1beta2', 'Kubernetes 1.29', 'flowcontrol.apiserver.k8s.io/v1'),
  removed('flowcontrol.apiserver.k8s.io/v1beta3', 'Kubernetes 1.32', 'flowcontrol.apiserver.k8s.io/v1'),
  removed('kustomize.toolkit.fluxcd.io/v1beta1', 'Flux 2.7', 'kustomize.toolkit.fluxcd.io/v1'),
  removed('kustomize.toolkit.fluxcd.io/v1beta2', 'Flux 2.8', 'kustomize.toolkit.fluxcd.io/v1'),
  removed('source.toolkit.fluxcd.io/v1beta1', 'Flux 2.7', 'source.toolkit.fluxcd.io/v1'),
  removed('source.toolkit.fluxcd.io/v1beta2', 'Flux 2.8', 'source.toolkit.fluxcd.io/v1'),
  removed('helm.toolkit.fluxcd.io/v2beta1', 'Flux 2.7', 'helm.toolkit.fluxcd.io/v2'),
  removed('helm.toolkit.fluxcd.io/v2beta2', 'Flux 2.8', 'helm.toolkit.fluxcd.io/v2'),
  removed('notification.toolkit.fluxcd.io/v1beta1', 'Flux 2.7', 'notification.toolkit.fluxcd.io/v1beta3'),
  removed(
    'notification.toolkit.fluxcd.io/v1beta2',
    'Flux 2.8',
    'notification.toolkit.fluxcd.io/v1',
    'Receiver',
  ),
  removed('notification.toolkit.fluxcd.io/v1beta2', 'Flux 2.8', 'notification.toolkit.fluxcd.io/v1beta3'),
  removed('image.toolkit.fluxcd.io/v1beta1', 'Flux 2.7', 'image.toolkit.fluxcd.io/v1'),
];

/** Returns what is known of an object's API version; `null`: nothing against it. */
export function removedApi(apiVersion: string, kind: string): RemovedApi | null {
  return (
    removedApis.find(
      (api) => api.apiVersion === apiVersion && (api.kinds.length === 0 || api.kinds.includes(kind)),
    ) ?? null
  );
}
