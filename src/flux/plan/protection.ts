import type { BuiltObject } from '../build/build.ts';
import { kustomizationGroup } from '../kustomization.ts';

/** Labels and annotations, of a built object or a live one. */
export interface Marks {
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
}

/** Whether a label or annotation of kustomize-controller has a value, as `AnyInMetadata` of fluxcd/pkg/ssa compares. */
function isMarked({ labels, annotations }: Marks, name: string, value: string): boolean {
  const key = `${kustomizationGroup}/${name}`;
  return [labels, annotations].some((marks) => marks.get(key)?.toLowerCase() === value);
}

/** Whether a live object with these marks is never applied: the controller leaves it alone. */
export function isLeftAlone(marks: Marks): boolean {
  return isMarked(marks, 'reconcile', 'disabled') || isMarked(marks, 'ssa', 'ignore');
}

/** Whether a live object with these marks is not pruned. */
export function isKept(marks: Marks): boolean {
  return isMarked(marks, 'prune', 'disabled') || isLeftAlone(marks);
}

/** Whether an apply of this object reaches one that is there. */
export function reachesLive(object: Marks): boolean {
  return !isLeftAlone(object) && !isMarked(object, 'ssa', 'ifnotpresent');
}

/** Whether pruning is switched off by what a build has: known to reach the cluster with each apply. */
export function isKeptByBuild(object: BuiltObject): boolean {
  return reachesLive(object) && isMarked(object, 'prune', 'disabled');
}

export function isForced(object: Marks): boolean {
  return isMarked(object, 'force', 'enabled');
}

/** `namespace/name` of the Kustomization that a live object's labels name; `null`: none. */
export function ownerOf({ labels }: Marks): string | null {
  const [namespace, name] = [
    labels.get(`${kustomizationGroup}/namespace`),
    labels.get(`${kustomizationGroup}/name`),
  ];
  return namespace === undefined || name === undefined ? null : `${namespace}/${name}`;
}
