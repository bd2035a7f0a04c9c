import type { ClusterPlan, ObjectChange } from '../../../src/flux/plan/plan.ts';
import type { Prepared } from './prepared.ts';
import type { ObjectOutcome, Outcome } from './scenario.ts';

/** Something that a plan says and the simulator does not do, or the other way round. */
export interface Disagreement {
  readonly kind:
    | 'unannounced deletion'
    | 'unannounced orphan'
    | 'deleted though safe'
    | 'certain did not happen'
    | 'gone for good, yet there';
  readonly id: string;
  /** The run (its index) that shows it; -1: all of them. */
  readonly run: number;
}

export interface Judgement {
  readonly disagreements: readonly Disagreement[];
  /** Objects that a plan says may be deleted or left, and how many of them never were, in these runs. */
  readonly announced: number;
  readonly falseAlarms: readonly string[];
  /** Objects that were made and deleted on the way: not there before. */
  readonly passing: number;
  readonly tolerated: Tolerated;
}

/** Losses that a plan does not name in these words, and need not; each once for a run and an object. */
export interface Tolerated {
  /** The plan says that it does not know all: what an unknown build does, it cannot name. */
  unknown: number;
  /** Left by a run in which an apply failed that the plan does not say fails, or said certain, and kept by one. */
  refused: number;
  /** Left where the plan says deleted: a run began with an inventory that its cache did not have yet. */
  stale: number;
}

/** Compares what a plan says with what happened in runs of the same change. */
export function judge(plan: ClusterPlan, prepared: Prepared, outcomes: readonly Outcome[]): Judgement {
  const changes = new Map(plan.objects.map((change) => [change.id, change]));
  const falling = new Set(
    plan.objects.flatMap((change) => (isRisky(change) ? change.falls.flatMap(({ ids }) => ids) : [])),
  );
  const disagreements: Disagreement[] = [];
  const tolerated: Tolerated = { unknown: 0, refused: 0, stale: 0 };
  let passing = 0;
  outcomes.forEach((outcome, run) => {
    const applied = everythingApplied(plan, outcome);
    for (const object of outcome.objects.values()) {
      if (!object.before) {
        if (object.deletedBy.length > 0) passing++;
        continue;
      }
      const change = changes.get(object.id);
      const kind =
        falling.has(object.id) && plan.answer !== 'safe' ? null : unannounced(plan, change, object);
      if (kind === null) continue;
      const why = toleration(plan, prepared, change, kind, applied);
      if (why === null) disagreements.push({ kind, id: object.id, run });
      else tolerated[why]++;
    }
    for (const change of plan.objects) {
      const broken = brokenPromise(change, outcome.objects.get(change.id));
      if (broken !== null && !applied) tolerated.refused++;
      else if (broken !== null) disagreements.push({ kind: broken, id: change.id, run });
    }
  });
  const announced = plan.objects.filter((change) => isRisky(change) || change.kind === 'orphaned');
  const seen = (change: ObjectChange): boolean =>
    outcomes.some(({ objects }) => {
      const object = objects.get(change.id);
      return object !== undefined && (object.deletedBy.length > 0 || object.orphaned);
    });
  const falseAlarms = announced.filter((change) => !seen(change)).map(({ id }) => id);
  return { disagreements, announced: announced.length, falseAlarms, passing, tolerated };
}

/**
 * Whether nothing failed but what the plan says fails. What is certain is so where the API server takes what is applied:
 * it may refuse for reasons that no repository tells.
 */
function everythingApplied(plan: ClusterPlan, { kustomizations }: Outcome): boolean {
  const failing = new Set(plan.failing.map(({ kustomization }) => kustomization));
  return [...kustomizations].every(([key, { ready }]) => ready || failing.has(key));
}

function isRisky({ risk, kind }: ObjectChange): boolean {
  return risk !== 'none' || kind === 'deleted';
}

/** What happened to an object that the plan does not say of it. */
function unannounced(
  plan: ClusterPlan,
  change: ObjectChange | undefined,
  object: ObjectOutcome,
): Disagreement['kind'] | null {
  const deleted = object.deletedBy.length > 0;
  if (!deleted && !object.orphaned) return null;
  if (plan.answer === 'safe') return 'deleted though safe';
  if (deleted) return change !== undefined && isRisky(change) ? null : 'unannounced deletion';
  const left = change?.kind === 'orphaned' || change?.orders.some(({ ends }) => ends === 'orphaned') === true;
  return left ? null : 'unannounced orphan';
}

function toleration(
  plan: ClusterPlan,
  prepared: Prepared,
  change: ObjectChange | undefined,
  kind: Disagreement['kind'],
  applied: boolean,
): keyof Tolerated | null {
  if (kind === 'deleted though safe') return null;
  if (plan.answer === 'unknown' || isGuesswork(prepared)) return 'unknown';
  if (kind !== 'unannounced orphan') return null;
  if (!applied) return 'refused';
  return change !== undefined && isRisky(change) ? 'stale' : null;
}

/** Whether anything that decides the change is unknown, or was not known any more before it. */
function isGuesswork({ scenario }: Prepared): boolean {
  return scenario.change.unknowns.length > 0 || (scenario.inherited?.size ?? 0) > 0;
}

function brokenPromise(change: ObjectChange, object: ObjectOutcome | undefined): Disagreement['kind'] | null {
  if (change.risk !== 'certain' || object?.before !== true) return null;
  if (object.deletedBy.length === 0) return 'certain did not happen';
  return change.kind === 'deleted' && object.exists && !object.terminating
    ? 'gone for good, yet there'
    : null;
}
