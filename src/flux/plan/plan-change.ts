import { parseId } from '../object-id.ts';
import { causeOf } from './cause.ts';
import type { ClusterChange, LiveState } from './change.ts';
import { findDoubts } from './doubts.ts';
import { findFailing } from './failing.ts';
import { fallsOf } from './fall.ts';
import { type Fate, findFates } from './fate.ts';
import { generatorOf } from './generated-name.ts';
import { ordersOf } from './order.ts';
import type { Answer, ClusterPlan, ObjectChange } from './plan.ts';
import { procedureOf } from './procedure.ts';
import { openScene } from './scene.ts';
import { partsOf } from './state.ts';
import { judge, type Verdict } from './verdict.ts';

export interface PlanOptions {
  /**
   * Keys of sources (`OCIRepository/flux-system/apps`) whose content is known not to move with the change, though it is not
   * known itself; `all` where nothing moves. Default: none.
   */
  readonly unmoved?: ReadonlySet<string> | 'all';
}

/**
 * Says what a change does to a cluster, over every order in which its Kustomizations may run: pure. With `live` the
 * cluster's inventories and labels take the place of the builds of the base.
 */
export function planChange(
  change: ClusterChange,
  live?: LiveState,
  { unmoved = new Set() }: PlanOptions = {},
): ClusterPlan {
  const verdict = judge(openScene(change, live ?? null));
  const fates = findFates(verdict);
  const replacements = replacementsOf(fates);
  const objects = fates.map((fate) => changeOf(verdict, fate, replacements.get(fate)));
  const { unknowns, harmless } = findDoubts(verdict, unmoved);
  return {
    cluster: change.cluster,
    answer: objects.some(isLoss) ? 'unsafe' : unknowns.length > 0 ? 'unknown' : 'safe',
    objects,
    failing: findFailing(verdict),
    unknowns,
    harmless,
  };
}

/** Whether a change of an object makes a plan unsafe. */
export function isLoss({ kind, risk, falls, replacedBy }: ObjectChange): boolean {
  return replacedBy === undefined && (risk !== 'none' || kind === 'orphaned' || falls.length > 0);
}

/** The answer over all clusters of a plan. */
export function answerOf(clusters: readonly { readonly answer: Answer }[]): Answer {
  const answers = clusters.map(({ answer }) => answer);
  return (['unsafe', 'unknown'] as const).find((answer) => answers.includes(answer)) ?? 'safe';
}

function changeOf(verdict: Verdict, fate: Fate, replacedBy: string | undefined): ObjectChange {
  const { id } = partsOf(fate.key);
  const { kind, from, to, risk } = fate;
  const falls = fallsOf(verdict, fate);
  const common = { id, object: parseId(id), kind, from, to, risk, falls };
  if (replacedBy !== undefined)
    return {
      ...common,
      orders: ordersOf(verdict, fate),
      cause: `its content changes, and with it the hash in its name: ${parseId(replacedBy).name} takes its place`,
      procedure: null,
      replacedBy,
    };
  return {
    ...common,
    orders: ordersOf(verdict, fate),
    cause: causeOf(verdict, fate),
    procedure: procedureOf(verdict, fate),
  };
}

/** Generated ConfigMaps and Secrets that the same Kustomization has under another hash. */
function replacementsOf(fates: readonly Fate[]): ReadonlyMap<Fate, string> {
  const made = new Map<string, Fate>();
  const nameOf = ({ key }: Fate): string | null => generatorOf(parseId(partsOf(key).id));
  for (const fate of fates) {
    const name = nameOf(fate);
    if (fate.kind === 'created' && fate.risk === 'none' && name !== null) made.set(name, fate);
  }
  return new Map(
    fates.flatMap((fate): [Fate, string][] => {
      const name = fate.kind === 'deleted' && fate.from.length > 0 ? nameOf(fate) : null;
      const successor = name === null ? undefined : made.get(name);
      const same = successor?.to.some((owner) => fate.from.includes(owner)) === true;
      return same ? [[fate, partsOf(successor.key).id]] : [];
    }),
  );
}
