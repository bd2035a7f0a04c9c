import { parseId } from '../../../src/flux/object-id.ts';
import { type Forecast, fateOf } from './forecast.ts';
import type { Restructuring } from './restructuring.ts';
import type { Observed, Round } from './round.ts';

/** What a round did that was not announced, not allowed, or not to be; empty: all is well. */
export function complaints(round: Round, forecast: Forecast, restructuring: Restructuring): string[] {
  return [
    ...[...round.observed.values()].flatMap((object) => [
      ...againstPlan(object, round, forecast, restructuring),
      ...againstSimulator(object, forecast),
    ]),
    ...againstTable(round, restructuring),
    ...againstInventories(round, forecast),
  ];
}

function againstPlan(
  object: Observed,
  round: Round,
  forecast: Forecast,
  restructuring: Restructuring,
): string[] {
  const change = forecast.changes.get(object.id);
  const fate = fateOf(object);
  const risky = change !== undefined && (change.risk !== 'none' || change.kind === 'deleted');
  const orphaned = object.exists && !object.terminating && !object.tracked;
  const said = change === undefined ? 'nothing' : `${change.kind}, risk ${change.risk}`;
  const found: string[] = [];
  if ((object.deleted || orphaned) && forecast.answer === 'safe' && !isGenerated(object))
    found.push(`${object.id}: ${fate}, though safe`);
  if (object.deleted && !risky && !forecast.falling.has(object.id))
    found.push(`${object.id}: ${fate}, announced was ${said}`);
  const mayStay =
    change?.kind === 'orphaned' || change?.orders.some(({ ends }) => ends === 'orphaned') || risky;
  if (orphaned && !mayStay) found.push(`${object.id}: orphaned, announced was ${said}`);
  // Who suspends by hand takes away what git alone makes certain; and here nothing empties a Namespace.
  const spared = restructuring.suspended !== undefined || homeIsGoing(object, round);
  if (!object.deleted && change?.risk === 'certain' && !spared)
    found.push(`${object.id}: ${fate}, announced was ${said}`);
  if (
    !object.deleted &&
    change?.kind === 'moved' &&
    object.tracked &&
    !change.to.includes(object.owner ?? '')
  )
    found.push(`${object.id}: ${fate}, announced was ${change.to.join(' or ')}`);
  return found;
}

/** A name with a hash of its content: old ones go when the content changes, and nobody misses them. */
function isGenerated({ id }: Observed): boolean {
  return /-[0-9a-z]{10}__(ConfigMap|Secret)$/.test(id);
}

function homeIsGoing({ id }: Observed, { observed }: Round): boolean {
  const { namespace } = parseId(id);
  return observed.get(`_${namespace}__Namespace`)?.deleted === true;
}

function againstSimulator(object: Observed, { fates }: Forecast): string[] {
  const known = fates.get(object.id);
  const fate = fateOf(object);
  if (known?.has(fate) === true) return [];
  return [`${object.id}: ${fate}; the simulator knows ${[...(known ?? [])].join('; ')}`];
}

function againstTable({ observed }: Round, { always }: Restructuring): string[] {
  const check = (ids: readonly string[], deleted: boolean): string[] =>
    ids.flatMap((id) => {
      const object = observed.get(id);
      if (object === undefined) return [`${id} was not there before`];
      return object.deleted === deleted ? [] : [`${id}: ${fateOf(object)}, which the table does not say`];
    });
  return [...check(always?.deleted ?? [], true), ...check(always?.kept ?? [], false)];
}

/** The model's inventory of each Kustomization that is Ready has to be the live one. */
function againstInventories(round: Round, { inventories }: Forecast): string[] {
  return (['base', 'head'] as const).flatMap((side) =>
    [...round.inventories[side]].flatMap(([key, live]) => {
      const modelled = inventories[side].get(key) ?? [];
      return live.join(' ') === modelled.join(' ')
        ? []
        : [`inventory of ${key} at ${side}: live ${live.join(' ')}; in the model ${modelled.join(' ')}`];
    }),
  );
}
