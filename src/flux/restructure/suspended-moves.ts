import { ownership } from '../model/read-model.ts';
import type { ObjectChange, Plan } from '../plan/plan.ts';
import type { Draft } from './draft.ts';
import type { Ground } from './ground.ts';

/**
 * Says of a plan that was made with suspended Kustomizations which objects move: such a one keeps what it has in its
 * inventory until it is resumed, so that the plan alone shows their new owner's change only.
 */
export async function withMoves({ workspace, cluster }: Ground, draft: Draft, plan: Plan): Promise<Plan> {
  const [before, after] = [await ownersIn(draft.base), await ownersIn(draft.snapshot())];
  const told = (change: ObjectChange): ObjectChange => {
    const [from, to] = [before.get(change.id) ?? [], after.get(change.id) ?? []];
    const isKept = change.kind === 'changed' && from.length > 0 && to.length > 0;
    if (!isKept || from.some((key) => to.includes(key))) return change;
    return { ...change, kind: 'moved', from, to, cause: `${to.join(', ')} takes it over meanwhile` };
  };
  const clusters = plan.clusters.map((one) =>
    one.cluster === cluster.name ? { ...one, objects: one.objects.map(told) } : one,
  );
  return { ...plan, clusters };

  async function ownersIn(state: Draft['base']): Promise<ReadonlyMap<string, readonly string[]>> {
    const { clusters: all } = await workspace.model(state);
    const found = all.find(({ entry }) => entry.kustomization === cluster.entry.kustomization);
    const same = all.find(({ name }) => name === cluster.name) ?? found;
    if (same === undefined) return new Map();
    return new Map([...ownership(same)].map(([id, { owners }]) => [id, owners]));
  }
}
