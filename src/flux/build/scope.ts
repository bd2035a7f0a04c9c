import type { ClusterObjects } from './build.ts';

/**
 * Whether objects of a kind lie in a namespace. `null`: it cannot be told, for a custom kind whose definition is not in
 * the repository; it is then what the object itself says, since the API server fails on a namespaced one without.
 */
export function isNamespaced(
  { group, kind }: { readonly group: string; readonly kind: string },
  cluster: ClusterObjects,
): boolean | null {
  if (clusterKinds.get(group)?.has(kind) === true) return false;
  if (namespacedKinds.get(group)?.has(kind) === true) return true;
  const scope = cluster.scope?.(group, kind) ?? null;
  if (scope !== null) return scope === 'Namespaced';
  return customClusterKinds.get(group)?.has(kind) === true ? false : null;
}

/** Whether a kind is Kubernetes' own: the controller puts it through its Go type, which drops what it does not know. */
export function isBuiltIn({ group, kind }: { readonly group: string; readonly kind: string }): boolean {
  const isDefinition = group === 'apiextensions.k8s.io' || group === 'apiregistration.k8s.io';
  if (isDefinition) return false; // not in client-go's scheme
  return (clusterKinds.get(group)?.has(kind) ?? false) || (namespacedKinds.get(group)?.has(kind) ?? false);
}

/** `kubectl api-resources` of Kubernetes 1.36 and of releases before it. */
const clusterKinds = kindsOf({
  '': 'Namespace Node PersistentVolume ComponentStatus',
  'admissionregistration.k8s.io':
    'MutatingWebhookConfiguration ValidatingWebhookConfiguration ValidatingAdmissionPolicy ' +
    'ValidatingAdmissionPolicyBinding MutatingAdmissionPolicy MutatingAdmissionPolicyBinding',
  'apiextensions.k8s.io': 'CustomResourceDefinition',
  'apiregistration.k8s.io': 'APIService',
  'certificates.k8s.io': 'CertificateSigningRequest ClusterTrustBundle',
  'flowcontrol.apiserver.k8s.io': 'FlowSchema PriorityLevelConfiguration',
  'internal.apiserver.k8s.io': 'StorageVersion',
  'networking.k8s.io': 'IngressClass IPAddress ServiceCIDR ClusterCIDR',
  'node.k8s.io': 'RuntimeClass',
  policy: 'PodSecurityPolicy',
  'rbac.authorization.k8s.io': 'ClusterRole ClusterRoleBinding',
  'resource.k8s.io': 'DeviceClass ResourceSlice DeviceTaintRule ResourceClass',
  'scheduling.k8s.io': 'PriorityClass',
  'storage.k8s.io': 'StorageClass CSIDriver CSINode VolumeAttachment VolumeAttributesClass',
  'storagemigration.k8s.io': 'StorageVersionMigration',
  'authentication.k8s.io': 'TokenReview SelfSubjectReview',
  'authorization.k8s.io': 'SubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview',
});

const namespacedKinds = kindsOf({
  '':
    'ConfigMap Secret Service ServiceAccount Pod PodTemplate ReplicationController PersistentVolumeClaim ' +
    'ResourceQuota LimitRange Endpoints Event Binding',
  apps: 'Deployment StatefulSet DaemonSet ReplicaSet ControllerRevision',
  batch: 'Job CronJob',
  autoscaling: 'HorizontalPodAutoscaler',
  policy: 'PodDisruptionBudget',
  'networking.k8s.io': 'Ingress NetworkPolicy',
  extensions: 'Ingress Deployment DaemonSet ReplicaSet NetworkPolicy',
  'rbac.authorization.k8s.io': 'Role RoleBinding',
  'coordination.k8s.io': 'Lease LeaseCandidate',
  'discovery.k8s.io': 'EndpointSlice',
  'events.k8s.io': 'Event',
  'storage.k8s.io': 'CSIStorageCapacity',
  'resource.k8s.io': 'ResourceClaim ResourceClaimTemplate',
  'certificates.k8s.io': 'PodCertificateRequest',
  'authorization.k8s.io': 'LocalSubjectAccessReview',
  'scheduling.k8s.io': 'Workload PodGroup',
});

/** Widely used custom kinds that are cluster-scoped, of charts that many repositories install without their definitions. */
const customClusterKinds = kindsOf({
  'cert-manager.io': 'ClusterIssuer',
  'cilium.io':
    'CiliumClusterwideNetworkPolicy CiliumLoadBalancerIPPool CiliumBGPPeeringPolicy CiliumBGPClusterConfig ' +
    'CiliumBGPPeerConfig CiliumBGPAdvertisement CiliumBGPNodeConfigOverride CiliumL2AnnouncementPolicy ' +
    'CiliumClusterwideEnvoyConfig CiliumEgressGatewayPolicy CiliumExternalWorkload CiliumIdentity CiliumNode ' +
    'CiliumCIDRGroup CiliumPodIPPool',
  'crd.projectcalico.org':
    'GlobalNetworkPolicy GlobalNetworkSet IPPool BGPPeer BGPConfiguration FelixConfiguration',
  'projectcalico.org':
    'GlobalNetworkPolicy GlobalNetworkSet IPPool BGPPeer BGPConfiguration FelixConfiguration',
  'operator.tigera.io': 'Installation APIServer Goldmane Whisker',
  'external-secrets.io': 'ClusterSecretStore ClusterExternalSecret ClusterPushSecret',
  'gateway.networking.k8s.io': 'GatewayClass',
  'kyverno.io': 'ClusterPolicy ClusterCleanupPolicy',
  'kubevirt.io': 'VirtualMachineClusterPreference VirtualMachineClusterInstancetype',
  'snapshot.storage.k8s.io': 'VolumeSnapshotClass VolumeSnapshotContent',
  'groupsnapshot.storage.k8s.io': 'VolumeGroupSnapshotClass VolumeGroupSnapshotContent',
  'templates.gatekeeper.sh': 'ConstraintTemplate',
  'policy.networking.k8s.io': 'AdminNetworkPolicy BaselineAdminNetworkPolicy ClusterNetworkPolicy',
  'nfd.k8s-sigs.io': 'NodeFeatureRule',
  'nvidia.com': 'ClusterPolicy NVIDIADriver',
  'trust.cert-manager.io': 'Bundle ClusterBundle',
  'kueue.x-k8s.io': 'ClusterQueue ResourceFlavor',
  'karpenter.sh': 'NodePool NodeClaim',
  'karpenter.k8s.aws': 'EC2NodeClass',
  'policies.kyverno.io':
    'ValidatingPolicy MutatingPolicy GeneratingPolicy ImageValidatingPolicy DeletingPolicy',
  'pkg.crossplane.io': 'Provider Function Configuration DeploymentRuntimeConfig',
  'apiextensions.crossplane.io': 'CompositeResourceDefinition Composition',
  'capsule.clastix.io': 'Tenant',
});

function kindsOf(table: Readonly<Record<string, string>>): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(Object.entries(table).map(([group, kinds]) => [group, new Set(kinds.split(' '))]));
}
