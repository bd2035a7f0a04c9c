import type { ObjectId } from '../object-id.ts';

/**
 * Compares two objects by the order in which the controller applies them; it deletes in the reverse one
 * (fluxcd/pkg/ssa: ApplyAllStaged, SortableUnstructureds).
 */
export function compareApplyOrder(one: ObjectId, other: ObjectId): number {
  const byRank = stageOf(one) - stageOf(other) || rankOf(one) - rankOf(other);
  if (byRank !== 0) return byRank;
  for (const field of ['group', 'kind', 'namespace', 'name'] as const) {
    if (one[field] !== other[field]) return one[field] < other[field] ? -1 : 1;
  }
  return 0;
}

/** Definitions first, then classes, then the rest: each stage is applied before the next is tried. */
function stageOf({ group, kind }: ObjectId): number {
  const isDefinition =
    (kind === 'CustomResourceDefinition' && group === 'apiextensions.k8s.io') ||
    (kind === 'Namespace' && group === '') ||
    (kind === 'ClusterRole' && group === 'rbac.authorization.k8s.io');
  if (isDefinition) return 0;
  return kind.endsWith('Class') ? 1 : 2;
}

function rankOf({ kind }: ObjectId): number {
  const [first, last] = [firstKinds.indexOf(kind), lastKinds.indexOf(kind)];
  return first >= 0 ? first - firstKinds.length : last + 1;
}

const firstKinds: readonly string[] = [
  ...[
    'CustomResourceDefinition',
    'Namespace',
    'ClusterRole',
    'ClusterClass',
    'RuntimeClass',
    'PriorityClass',
  ],
  ...['StorageClass', 'VolumeSnapshotClass', 'IngressClass', 'GatewayClass', 'ClusterRoleBinding'],
  ...[
    'ResourceQuota',
    'ServiceAccount',
    'Role',
    'RoleBinding',
    'ConfigMap',
    'Secret',
    'Service',
    'LimitRange',
  ],
  ...['Deployment', 'StatefulSet', 'CronJob', 'PodDisruptionBudget'],
];
const lastKinds: readonly string[] = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];
