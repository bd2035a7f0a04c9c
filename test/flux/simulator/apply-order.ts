import type { BuiltObject } from '../../../src/flux/build/build.ts';
import type { ObjectId } from '../../../src/flux/object-id.ts';

/** Objects in the order in which they are applied; each stage is tried as a whole before any of it is applied. */
export interface Stages {
  /** Definitions, Namespaces and ClusterRoles; then classes; each has to be there before what follows. */
  readonly definitions: readonly BuiltObject[];
  readonly classes: readonly BuiltObject[];
  readonly rest: readonly BuiltObject[];
}

/** Kinds that come first, in this order (fluxcd/pkg/ssa, sort.go). */
const first: readonly string[] = [
  'CustomResourceDefinition',
  'Namespace',
  'ClusterRole',
  'ClusterClass',
  'RuntimeClass',
  'PriorityClass',
  'StorageClass',
  'VolumeSnapshotClass',
  'IngressClass',
  'GatewayClass',
  'ClusterRoleBinding',
  'ResourceQuota',
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'ConfigMap',
  'Secret',
  'Service',
  'LimitRange',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];
const last: readonly string[] = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

/** Sorts objects into stages (fluxcd/pkg/ssa, ApplyAllStaged). */
export function staged(objects: readonly BuiltObject[]): Stages {
  const sorted = [...objects].sort((a, b) => compareForApply(a.identity, b.identity));
  const stage = (object: BuiltObject): number => {
    const { kind } = object.identity;
    if (['CustomResourceDefinition', 'Namespace', 'ClusterRole'].includes(kind)) return 0;
    return kind.endsWith('Class') ? 1 : 2;
  };
  return {
    definitions: sorted.filter((object) => stage(object) === 0),
    classes: sorted.filter((object) => stage(object) === 1),
    rest: sorted.filter((object) => stage(object) === 2),
  };
}

export function compareForApply(a: ObjectId, b: ObjectId): number {
  return (
    rank(a.kind) - rank(b.kind) ||
    compareText(a.group, b.group) ||
    compareText(a.kind, b.kind) ||
    compareText(a.namespace, b.namespace) ||
    compareText(a.name, b.name)
  );
}

function rank(kind: string): number {
  const place = first.indexOf(kind);
  if (place >= 0) return place - first.length;
  return last.indexOf(kind) + 1;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
