import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { System } from '../../../system/system.ts';
import type { Assessment } from './assess.ts';
import type { Waiting } from './await-idle.ts';
import { addressesOf, type RetireWork } from './ground.ts';
import { archiveIdentity } from './key-archive.ts';
import { removeFromFile } from './key-places.ts';
import type { KeyPlan } from './key-plan.ts';
import { type LiveUse, readLiveUses } from './live-use.ts';
import type { RetireReport } from './report.ts';
import { reportOf } from './report-of.ts';
import type { RetireRequest, RetireTalk } from './request.ts';
import { type AfterLook, lookAfter } from './still-decrypts.ts';
import { putBack, takeOut } from './take-out.ts';
import { holdingFor, type RetireTarget } from './target.ts';

/**
 * Keeps a copy, takes the identity out of the clusters, looks whether all still decrypt, and takes it out of the key files:
 * in this order, so that the key is never only in what may be lost.
 */
export async function carryOut(
  system: System,
  request: RetireRequest,
  talk: RetireTalk,
  work: RetireWork,
  { assessment, key }: { readonly assessment: Assessment; readonly key: KeyPlan },
): Promise<RetireReport> {
  const { recipient, unseen } = work;
  for (const target of assessment.targets) await requireSame(work, target);
  const waiting: Waiting = { tell: talk.tell, timeoutMs: request.timeoutMs, now: () => system.now() };
  const archived = await keepCopy(system, work, assessment, key);
  if (archived !== null && !request.destroy) talk.tell.say(`kept in ${archived}`);
  const after: (AfterLook | null)[] = [];
  for (const target of assessment.targets) {
    await takeOut(target, request);
    for (const { secret } of target.holdings)
      talk.tell.say(
        `taken out of Secret ${secret.ref.namespace}/${secret.ref.name} (${target.bound.cluster.context})`,
      );
    const looked = request.wait ? await lookIfAllowed(target, waiting) : null;
    after.push(looked);
    if (looked?.broken == null) continue;
    await putBack(target, archived);
    talk.tell.say(`put back: Kustomization ${looked.broken.key} cannot decrypt without it`);
    const shown = { ...key.shown, archived, destroyed: false, removedFrom: [] };
    return reportOf('put-back', recipient, unseen, assessment, shown, after);
  }
  for (const path of key.shown.removedFrom) await removeFromFile(system, path, recipient);
  if (request.destroy && archived !== null) system.files.remove(archived);
  const shown = { ...key.shown, archived: request.destroy ? null : archived };
  return reportOf('retired', recipient, unseen, assessment, shown, after);
}

/** Also where no copy is wanted: until all is done, the key must not be lost with this process. */
async function keepCopy(
  system: System,
  { recipient }: RetireWork,
  { targets }: Assessment,
  { identity, comments, folder, shown }: KeyPlan,
): Promise<string | null> {
  if (identity === null || folder === null) return null;
  const from = [
    ...targets.flatMap(({ bound, holdings }) =>
      holdings.map(
        ({ secret }) => `Secret ${secret.ref.namespace}/${secret.ref.name}, context ${bound.cluster.context}`,
      ),
    ),
    ...shown.removedFrom,
  ];
  return (await archiveIdentity(system, folder, identity, { recipient, comments, from })).path;
}

/** Those that are suspended tell nothing. A user who may not make the others run is told so. */
async function lookIfAllowed({ bound, uses }: RetireTarget, waiting: Waiting): Promise<AfterLook | null> {
  const acting = uses.filter(({ live }) => !live.kustomization.spec.suspend);
  try {
    return await lookAfter(bound, acting, waiting);
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code !== 'cluster.denied') throw error;
    waiting.tell.say(`${error.message}: whether all still decrypt was not looked at`);
    return null;
  }
}

/** Throws `cluster-key.wait` where Kustomizations have other revisions by now than those that were looked at. */
async function requireSame({ clone }: RetireWork, target: RetireTarget): Promise<void> {
  const { bound, uses, holdings } = target;
  if (holdings.length === 0) return;
  const now = (await readLiveUses(bound.cluster, bound.controller, await addressesOf(clone, bound))).filter(
    (use) => holdingFor(target, use.secret) !== null,
  );
  const before = new Map(uses.map((use) => [use.key, textOf(use)]));
  const changed = now.find((use) => before.get(use.key) !== textOf(use));
  if (changed === undefined) return;
  throw new SopskitError(
    'cluster-key.wait',
    `Kustomization ${changed.key} has changed while it was looked at: it may be reading another revision by now`,
    { hint: 'Nothing was removed. Run the command again.' },
  );
}

function textOf({ live, revisions, secret, source }: LiveUse): string {
  const { path, suspend, components } = live.kustomization.spec;
  return JSON.stringify([path, suspend, components, [...revisions].sort(), secret, source.key]);
}
