import type { ClusterPlan } from './plan.ts';
import type { Actor, State } from './state.ts';
import type { Verdict } from './verdict.ts';

type Failing = ClusterPlan['failing'][number];

/** Lists the Kustomizations that fail once they see the head, and those that wait for them. */
export function findFailing(verdict: Verdict): readonly Failing[] {
  const found: Failing[] = [];
  for (const [key, { alive, state }] of verdict.endings) {
    const actor = verdict.scene.actors.get(key);
    if (!alive || state === null || actor === undefined || state.spec.spec.suspend) continue;
    const problem = problemOf(verdict, actor, state);
    if (problem !== null) found.push({ kustomization: key, ...problem });
  }
  return found;
}

function problemOf(verdict: Verdict, actor: Actor, state: State): Omit<Failing, 'kustomization'> | null {
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
  return {
    message: `it waits for ${cause}, which does not come to apply the new revision: it neither applies nor prunes`,
    fix: `Mend or resume ${cause}, or take it out of dependsOn.`,
    broken: false,
  };
}

function failedBefore({ states, specs }: Actor): boolean {
  if (specs.base === null) return false;
  return states.find(({ side, tree }) => side === 'base' && tree === 'base')?.build.kind === 'failed';
}
