import { SopskitError } from '../../errors/sopskit-error.ts';
import { showObject } from '../../flux/object-id.ts';
import type { ObjectChange, Plan } from '../../flux/plan/plan.ts';
import type { RestructureStep } from '../../flux/restructure/step.ts';
import type { ApplyOptions } from './apply-options.ts';

/**
 * Plans a step anew, over the commits of others that came in since it was planned. Throws `restructure.refused` where it
 * would do harm now that it was not planned with.
 */
export async function refuseWorse(
  step: RestructureStep,
  edits: ReadonlyMap<string, Uint8Array | null>,
  suspended: readonly string[],
  { plan }: Pick<ApplyOptions, 'plan'>,
): Promise<void> {
  if (plan === undefined) throw refused('other commits came in since it was planned');
  const now = await plan(edits, suspended);
  const [expected, unknown] = [harmIn(step.plan), unknownIn(step.plan)];
  const worse = [...harmIn(now)].filter(([key]) => !expected.has(key)).map(([, change]) => change);
  if (worse.length > 0) {
    const shown = worse
      .slice(0, 3)
      .map(({ object, kind, cause }) => `${showObject(object)} (${kind}: ${cause})`);
    throw refused(`with the commits that came in since, it would do harm: ${shown.join('; ')}`);
  }
  const dark = [...unknownIn(now)].find(([key]) => !unknown.has(key));
  if (dark !== undefined)
    throw refused(`with the commits that came in since, it cannot be told what it does: ${dark[1]}`);
}

function harmIn(plan: Plan | null): ReadonlyMap<string, ObjectChange> {
  const all = (plan?.clusters ?? []).flatMap(({ cluster, objects }) =>
    objects
      .filter(({ kind, risk }) => kind === 'deleted' || kind === 'orphaned' || risk !== 'none')
      .map((change) => [`${cluster} ${change.id}`, change] as const),
  );
  return new Map(all);
}

function unknownIn(plan: Plan | null): ReadonlyMap<string, string> {
  const all = (plan?.clusters ?? []).flatMap(({ cluster, unknowns }) =>
    unknowns.map(({ subject, message }) => [`${cluster} ${subject}`, `${subject}: ${message}`] as const),
  );
  return new Map(all);
}

function refused(why: string): SopskitError {
  return new SopskitError('restructure.refused', `the step is not pushed: ${why}`, {
    hint: 'Look at it: sopskit flux plan. Take the other change back, or the restructuring: sopskit restructure undo.',
  });
}
