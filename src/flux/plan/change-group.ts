import { type ChangeClass, classOf, listedClasses } from './change-class.ts';
import type { ClusterPlan, ObjectChange } from './plan.ts';

/** Objects of which the same becomes for the same reason: they are told of once. */
export interface ChangeGroup {
  readonly of: ChangeClass;
  /** The first says for all why, and what to do. */
  readonly first: ObjectChange;
  readonly changes: readonly ObjectChange[];
}

/** What people look for first among the objects of a group. */
const weighty = [
  'CustomResourceDefinition',
  'Namespace',
  'PersistentVolumeClaim',
  'HelmRelease',
  'Kustomization',
  'StatefulSet',
  'PersistentVolume',
  'DaemonSet',
  'Deployment',
];

/** Groups the changes of a plan, the dangerous first, in each the weighty objects first. */
export function groupChanges({ objects }: ClusterPlan): readonly ChangeGroup[] {
  const groups = new Map<string, { of: ChangeClass; changes: ObjectChange[] }>();
  for (const change of objects) {
    const of = classOf(change);
    const name = JSON.stringify([
      of.name,
      of.level === 'quiet' ? '' : change.cause,
      change.procedure?.name ?? '',
    ]);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { of, changes: [change] });
    else group.changes.push(change);
  }
  return [...groups.values()]
    .map(({ of, changes }) => ({ of, changes: changes.sort(byWeight) }))
    .flatMap(({ of, changes }) => (changes[0] === undefined ? [] : [{ of, first: changes[0], changes }]))
    .sort((a, b) => listedClasses.indexOf(a.of) - listedClasses.indexOf(b.of) || byWeight(a.first, b.first));
}

function byWeight(a: ObjectChange, b: ObjectChange): number {
  return weightOf(a) - weightOf(b) || (a.id < b.id ? -1 : 1);
}

function weightOf({ object, falls }: ObjectChange): number {
  const index = weighty.indexOf(object.kind);
  return (index < 0 ? weighty.length : index) - (falls.length > 0 ? weighty.length : 0);
}

/** How many objects there are of each class: `3 deleted, 41 created`; empty where nothing changes. */
export function countText({ objects }: ClusterPlan): string {
  return listedClasses
    .map(({ name, says }) => ({
      says,
      count: objects.filter((change) => classOf(change).name === name).length,
    }))
    .filter(({ count }) => count > 0)
    .map(({ says, count }) => `${count} ${says}`)
    .join(', ');
}
