import { sameData } from '../../tree/equal.ts';
import { valueAt } from '../../tree/mapping.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import type { BuiltObject } from '../build/build.ts';

/** Whether the API server refuses a change of an object, so that a forced apply deletes it and makes it anew. */
export type Recreation = { readonly sure: boolean; readonly why: string } | null;

/** Fields that cannot be changed, by group and kind, as the validation of Kubernetes has them; paths with dots. */
const immutable: ReadonlyMap<string, readonly string[]> = new Map([
  ['apps/Deployment', ['spec.selector']],
  ['apps/DaemonSet', ['spec.selector']],
  ['apps/ReplicaSet', ['spec.selector']],
  [
    'apps/StatefulSet',
    ['spec.selector', 'spec.serviceName', 'spec.volumeClaimTemplates', 'spec.podManagementPolicy'],
  ],
  [
    'batch/Job',
    ['spec.selector', 'spec.template', 'spec.completions', 'spec.completionMode', 'spec.podFailurePolicy'],
  ],
  [
    '/PersistentVolumeClaim',
    [
      'spec.accessModes',
      'spec.storageClassName',
      'spec.volumeName',
      'spec.volumeMode',
      'spec.selector',
      'spec.dataSource',
    ],
  ],
  [
    '/PersistentVolume',
    ['spec.csi', 'spec.nfs', 'spec.hostPath', 'spec.local', 'spec.nodeAffinity', 'spec.volumeMode'],
  ],
  ['/Service', ['spec.clusterIP']],
  ['/Secret', ['type']],
  ['/Pod', ['spec']],
  ['storage.k8s.io/StorageClass', ['provisioner', 'parameters', 'reclaimPolicy', 'volumeBindingMode']],
  ['rbac.authorization.k8s.io/RoleBinding', ['roleRef']],
  ['rbac.authorization.k8s.io/ClusterRoleBinding', ['roleRef']],
  ['scheduling.k8s.io/PriorityClass', ['value', 'preemptionPolicy']],
  ['node.k8s.io/RuntimeClass', ['handler']],
  ['networking.k8s.io/IngressClass', ['spec.controller']],
  ['apiextensions.k8s.io/CustomResourceDefinition', ['spec.group', 'spec.names.plural', 'spec.scope']],
]);

/** Groups whose kinds are built in: what is not listed above can be changed. */
const builtIn =
  /^(?:|apps|batch|autoscaling|policy|extensions|[a-z.]+\.k8s\.io|[a-z]+\.toolkit\.fluxcd\.io)$/;

/**
 * Tells whether a change of an object needs it to be made anew. Of kinds that others define it is not known: a rule in
 * their definition may forbid any change.
 */
export function recreation(before: BuiltObject, after: BuiltObject): Recreation {
  if (before.digest === after.digest) return null;
  const { group, kind } = after.identity;
  if (group !== 'gateway.networking.k8s.io' && builtIn.test(group)) {
    const field = (immutable.get(`${group}/${kind}`) ?? []).find((path) => !isSame(before, after, path));
    if (field !== undefined) return { sure: true, why: `\`${field}\` cannot be changed` };
    if (
      isFrozen(before) &&
      ['data', 'binaryData', 'stringData', 'immutable'].some((path) => !isSame(before, after, path))
    )
      return { sure: true, why: 'it is `immutable: true`' };
    return null;
  }
  if (isSame(before, after, 'spec')) return null;
  return { sure: false, why: `the definition of ${kind} may forbid this change` };
}

function isFrozen({ manifest, identity }: BuiltObject): boolean {
  if (identity.group !== '' || (identity.kind !== 'ConfigMap' && identity.kind !== 'Secret')) return false;
  const value = valueAt(manifest, 'immutable');
  return value?.kind === 'bool' && value.value;
}

function isSame(before: BuiltObject, after: BuiltObject, path: string): boolean {
  const [one, other] = [at(before.manifest, path), at(after.manifest, path)];
  if (one === undefined || other === undefined) return one === other;
  return sameData(one, other);
}

function at(manifest: Mapping, path: string): Value | undefined {
  let value: Value | undefined = manifest;
  for (const part of path.split('.')) value = value?.kind === 'mapping' ? valueAt(value, part) : undefined;
  return value;
}
