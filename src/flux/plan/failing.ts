import { type Condition, findBlocked } from './blocked.ts';
import type { ClusterPlan } from './plan.ts';
import type { Actor, State } from './state.ts';
import type { Verdict } from './verdict.ts';

type Failing = ClusterPlan['failing'][number];

/** Lists the Kustomizations that fail once they see the head, and those that wait for them. */
export function findFailing(verdict: Verdict): readonly Failing[] {
  const found: Failing[] = [];
  const before = blockedBefore(verdict);
  for (const [key, { alive, state }] of verdict.endings) {
    const actor = verdict.scene.actors.get(key);
    if (!alive || state === null || actor === undefined || state.spec.spec.suspend) continue;
    const problem = problemOf(verdict, before, actor, state);
    if (problem !== null) found.push({ kustomization: key, ...problem });
  }
  return found;
}

function problemOf(
  verdict: Verdict,
  before: ReadonlyMap<string, string>,
  actor: Actor,
  state: State,
): Omit<Failing, 'kustomization'> | null {
  if (state.build.kind === 'failed') {
    const { message, fix } = state.build;
    return { message, fix, broken: !failedBefore(actor) };
  }
  if (verdict.endings.get(actor.key)?.loses === true)
    return {
      message: `its source ${state.source} goes`,
      fix: 'Give it another source first, or keep that one.',
      broken: true,
    };
  const cause = verdict.blocked.get(actor.key);
  if (cause === undefined) return null;
  const ring = ringOf(verdict.blocked, actor.key);
  const message =
    ring === null
      ? `it waits for ${cause}, which does not come to apply the new revision: it neither applies nor prunes`
      : ringText(ring, cause);
  const fix = `Mend or resume ${cause}, or take it out of dependsOn.`;
  return {
    message,
    fix: ring === null ? fix : `Take ${cause} out of the dependsOn of ${actor.key}.`,
    broken: !before.has(actor.key),
  };
}

function ringText(ring: readonly string[], cause: string): string {
  const who = ring.length === 2 ? 'it waits for itself' : `it and ${cause} wait for each other`;
  return `${who} (${ring.join(' -> ')}): it neither applies nor prunes, and no Kustomization of its source is told of new revisions any more`;
}

/** The circle of dependencies that a Kustomization is in; `null`: it is in none. */
function ringOf(blocked: ReadonlyMap<string, string>, key: string): readonly string[] | null {
  const ring = [key];
  for (let next = blocked.get(key); next !== undefined; next = blocked.get(next)) {
    if (next === key) return [...ring, key];
    if (ring.includes(next)) return null;
    ring.push(next);
  }
  return null;
}

/** Those that waited for good before the change, each with the one that it waited for. */
function blockedBefore({ scene }: Verdict): ReadonlyMap<string, string> {
  const conditions = [...scene.actors].map(([key, { specs, states }]): [string, Condition] => {
    const state = states.find(({ side, tree }) => side === 'base' && tree === 'base') ?? null;
    return [key, { alive: specs.base !== null, state }];
  });
  return findBlocked(new Map(conditions), new Set(scene.live?.kustomizations.keys()));
}

function failedBefore({ states, specs }: Actor): boolean {
  if (specs.base === null) return false;
  return states.find(({ side, tree }) => side === 'base' && tree === 'base')?.build.kind === 'failed';
}
