import { showObject } from '../object-id.ts';
import type { ClusterPlan, ObjectChange, Plan } from '../plan/plan.ts';

/** What a step may do that a plan alone would not call safe. */
export interface Allowed {
  /** Ids that come: new Kustomizations, the object's new name; `null`: any. */
  readonly created: ReadonlySet<string> | null;
  /** Ids that go: the Kustomization that is taken out, the object that is renamed. */
  readonly deleted: ReadonlySet<string>;
  /** Ids that stay in the cluster without an owner. */
  readonly orphaned: ReadonlySet<string>;
  /** Ids at risk in the plan, which live guards of the step before or this one keep. */
  readonly guarded: ReadonlySet<string>;
  /** Kustomizations (`namespace/name`) that may fail while the step runs. */
  readonly failing: ReadonlySet<string>;
}

export interface Reason {
  readonly message: string;
  readonly fix: string;
}

/** Says what of a plan is not as a step intends; empty: all is. Other clusters of the repository may not change at all. */
export function unintended(plan: Plan, cluster: string, allowed: Allowed): readonly Reason[] {
  const none: Allowed = {
    created: new Set<string>(),
    deleted: new Set<string>(),
    orphaned: new Set<string>(),
    guarded: new Set<string>(),
    failing: new Set<string>(),
  };
  return plan.clusters.flatMap((part) =>
    reasonsOf(part, part.cluster === cluster ? allowed : none, plan.clusters.length > 1),
  );
}

function reasonsOf(plan: ClusterPlan, allowed: Allowed, several: boolean): Reason[] {
  const where = several ? ` (${plan.cluster})` : '';
  return [
    ...plan.failing
      .filter(({ kustomization, broken }) => broken !== false && !allowed.failing.has(kustomization))
      .map(({ kustomization, message, fix }) => ({
        message: `Kustomization ${kustomization} would fail${where}: ${message}${rootOf(plan, message)}`,
        fix,
      })),
    ...plan.objects.flatMap((change) => reasonOf(change, allowed, where)),
    ...(plan.answer === 'unknown'
      ? plan.unknowns.map(({ subject, message, fix }) => ({ message: `${subject}${where}: ${message}`, fix }))
      : []),
  ];
}

/** Why the one fails that another waits for. */
function rootOf({ failing }: ClusterPlan, message: string): string {
  const root = failing.find(({ kustomization }) => message.startsWith(`it waits for ${kustomization},`));
  return root === undefined ? '' : `; ${root.kustomization} fails: ${root.message}`;
}

function reasonOf(change: ObjectChange, allowed: Allowed, where: string): Reason[] {
  const { id, kind, risk, cause, procedure } = change;
  const name = showObject(change.object) + where;
  const fix = procedure?.steps[0] ?? '';
  if (kind === 'orphaned' && !allowed.orphaned.has(id))
    return [{ message: `${name} would be left without an owner: ${cause}`, fix }];
  if (kind === 'deleted' && !allowed.deleted.has(id))
    return [{ message: `${name} would be deleted: ${cause}`, fix }];
  if (kind === 'created' && allowed.created?.has(id) === false)
    return [
      {
        message: `${name} would come to ${change.to.join(', ')}, which does not have it now`,
        fix: `Keep what moves out of the reach of ${change.to.join(', ')}: list its folders in a kustomization.yaml, or name another folder.`,
      },
    ];
  if (kind !== 'deleted' && risk !== 'none' && !allowed.guarded.has(id))
    return [{ message: `${name} could be deleted and made anew: ${cause}`, fix }];
  return [];
}
