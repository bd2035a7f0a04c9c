import { createHash } from 'node:crypto';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Snapshot } from '../../repository/snapshot.ts';
import type { Plan } from '../plan/plan.ts';
import { planBetween } from '../plan/plan-revisions.ts';
import { Draft } from './draft.ts';
import { checkEnd } from './end.ts';
import type { Ground } from './ground.ts';
import { editLocated, locateKustomization } from './located.ts';
import type { Guard, LiveAction, RestructureStep, Restructuring } from './step.ts';
import { withMoves } from './suspended-moves.ts';
import { type Allowed, unintended } from './unintended.ts';

/** A step before its plan is known. */
export interface Stage {
  readonly title: string;
  readonly message: string;
  readonly before?: readonly LiveAction[];
  /** `null`: nothing is committed. Its base is the state that the stage before leaves. */
  readonly draft: Draft | null;
  readonly guards: readonly Guard[];
  readonly after?: readonly LiveAction[];
  readonly allowed?: Partial<Allowed>;
  /** Kustomizations (`namespace/name`) that are suspended live while the step runs. */
  readonly suspended?: readonly string[];
}

export interface Request {
  readonly title: string;
  readonly remarks: readonly string[];
}

/**
 * Plans every stage's revision and makes a restructuring of them. Throws `restructure.refused` where a step would delete
 * or orphan what it should not, or where that is unknown.
 */
export async function assemble(
  ground: Ground,
  { title, remarks }: Request,
  stages: readonly Stage[],
): Promise<Restructuring> {
  const steps: RestructureStep[] = [];
  for (const stage of stages) {
    const plan =
      stage.draft === null || stage.draft.edits.size === 0 ? null : await planOf(ground, stage, stage.draft);
    if (plan !== null)
      refuse(title, stage, unintended(plan, ground.cluster.name, allowedOf(stage, failingOf(ground))));
    steps.push({
      title: stage.title,
      before: stage.before ?? [],
      edits: stage.draft?.edits ?? new Map(),
      message: stage.message,
      guards: stage.guards,
      after: stage.after ?? [],
      plan: await shownPlan(ground, stage, plan),
    });
  }
  const last = stages.findLast(({ draft }) => draft !== null)?.draft;
  if (last != null) await checkEnd(ground, title, last, stages);
  return {
    title,
    id: restructuringId(title, ground.cluster.name),
    cluster: ground.cluster.name,
    steps,
    remarks,
  };
}

function shownPlan(ground: Ground, { suspended, draft }: Stage, plan: Plan | null): Promise<Plan | null> {
  if (plan === null || draft === null || suspended === undefined) return Promise.resolve(plan);
  return withMoves(ground, draft, plan);
}

/** Names the commits of a request; the same for the same request on the same cluster. */
export function restructuringId(title: string, cluster: string): string {
  return createHash('sha256').update(`${cluster}\n${title}`).digest('hex').slice(0, 16);
}

async function planOf(
  { workspace, cluster }: Ground,
  { suspended = [] }: Stage,
  draft: Draft,
): Promise<Plan> {
  const head = draft.snapshot();
  if (suspended.length === 0) return planBetween(workspace, draft.base, head);
  const [from, to] = [await asSuspended(draft.base), await asSuspended(head)];
  return { ...(await planBetween(workspace, from, to)), base: draft.base.label, head: head.label };

  /** The state as the cluster sees it while a Kustomization is suspended there and not in git. */
  async function asSuspended(snapshot: Snapshot): Promise<Snapshot> {
    const assumed = new Draft(snapshot);
    for (const key of suspended) {
      const node = cluster.kustomizations.get(key);
      if (node === undefined) continue;
      await editLocated(assumed, await locateKustomization(assumed, node), [
        { kind: 'put', branch: 0, path: ['spec', 'suspend'], value: { kind: 'bool', value: true } },
      ]);
    }
    return assumed.snapshot();
  }
}

/** Kustomizations that fail already: that they go on to is no step's fault. */
function failingOf({ cluster }: Ground): readonly string[] {
  return [...cluster.kustomizations].flatMap(([key, { build }]) => (build.kind === 'failed' ? [key] : []));
}

function allowedOf({ allowed = {} }: Stage, failing: readonly string[]): Allowed {
  const none = new Set<string>();
  return {
    created: allowed.created === undefined ? none : allowed.created,
    deleted: allowed.deleted ?? none,
    orphaned: allowed.orphaned ?? none,
    guarded: allowed.guarded ?? none,
    failing: new Set([...(allowed.failing ?? none), ...failing]),
  };
}

function refuse(title: string, stage: Stage, reasons: readonly { message: string; fix: string }[]): void {
  const [first] = reasons;
  if (first === undefined) return;
  const shown = reasons.slice(0, 8).map(({ message }) => `  - ${message}`);
  const more = reasons.length > shown.length ? [`  - and ${reasons.length - shown.length} more`] : [];
  throw new SopskitError(
    'restructure.refused',
    `cannot ${title}: the step "${stage.title}" is not safe\n${[...shown, ...more].join('\n')}`,
    first.fix === '' ? {} : { hint: first.fix },
  );
}
