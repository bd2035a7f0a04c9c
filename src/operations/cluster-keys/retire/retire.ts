import { SopskitError } from '../../../errors/sopskit-error.ts';
import { openWorkspace } from '../../../flux/open-workspace.ts';
import { findIdentities } from '../../../keys/age/find-identities.ts';
import type { System } from '../../../system/system.ts';
import { assess } from './assess.ts';
import { carryOut } from './carry-out.ts';
import { chooseRecipient } from './choose-recipient.ts';
import { findTarget } from './find-target.ts';
import { type RetireWork, readGround } from './ground.ts';
import { planKey } from './key-plan.ts';
import { isBlocked, type RetireReport } from './report.ts';
import { reportOf } from './report-of.ts';
import type { RetireRequest, RetireTalk } from './request.ts';
import { isDecryptionFailure } from './still-decrypts.ts';
import { takeOut } from './take-out.ts';
import type { RetireTarget } from './target.ts';

/**
 * Takes an old identity out of the Secrets of clusters, where no file that a Kustomization decrypts, applied, at the head of
 * the branch or in the working tree, needs it, and moves the private key aside. Nothing is removed before a copy is on the disk; stopped
 * anywhere, the same call goes on. Throws `cluster-key.*`, `cluster.*`, `git.*`, `file.*`.
 */
export async function retire(
  system: System,
  request: RetireRequest,
  talk: RetireTalk,
): Promise<RetireReport> {
  const workspace = await openWorkspace(system, { ...request.workspace, clusters: [] });
  const identities = await findIdentities(system, { runCommands: true });
  try {
    const ground = await readGround(system, workspace, request);
    const all = ground.clusters.flatMap(({ secrets }) => secrets);
    const recipient = request.recipient ?? chooseRecipient(all, identities);
    if (recipient === null) return reportOf('nothing', '', ground.unseen);
    return await retireOne(system, request, talk, { ...ground, workspace, identities, recipient });
  } finally {
    identities.wipe();
    await workspace.close();
  }
}

async function retireOne(
  system: System,
  request: RetireRequest,
  talk: RetireTalk,
  work: RetireWork,
): Promise<RetireReport> {
  const { recipient, clusters, unseen } = work;
  const targets: RetireTarget[] = [];
  for (const { bound, uses, secrets } of clusters)
    targets.push(await findTarget(bound, secrets, uses, recipient));
  const holdings = targets.flatMap((target) => target.holdings);
  const assessment = await assess(system, request, talk, work, targets);
  const key = await planKey(system, request, work, assessment, holdings);
  const report = (outcome: RetireReport['outcome']): RetireReport =>
    reportOf(outcome, recipient, unseen, assessment, key.shown);
  if (isBlocked(report('blocked'))) return report('blocked');
  if (holdings.length === 0) requireDecrypting(work);
  if (holdings.length === 0 && key.shown.removedFrom.length === 0) return report('nothing');
  // what the server would refuse is known before anything is asked or written
  for (const target of assessment.targets) await takeOut(target, { ...request, dryRun: true });
  if (request.dryRun) return report('planned');
  if (!(await talk.confirm(report('planned')))) return report('declined');
  return await carryOut(system, request, talk, work, { assessment, key });
}

/**
 * A run that was stopped may have left a cluster that cannot decrypt: then the key stays where it is at hand. Throws
 * `cluster-key.needed`.
 */
function requireDecrypting({ clusters, recipient, identities }: RetireWork): void {
  const isHere = identities.found.some((one) => one.recipient === recipient);
  const from = isHere ? ` --recipient ${recipient}` : ' --identity-file FILE';
  for (const { bound, uses } of clusters) {
    const failing = uses.find(
      ({ live, source }) => source.here && live.ready === 'False' && isDecryptionFailure(live.message),
    );
    if (failing === undefined) continue;
    const { namespace, name } = failing.secret;
    throw new SopskitError(
      'cluster-key.needed',
      `Kustomization ${failing.key} (${bound.cluster.context}) cannot decrypt, and ${recipient} is in no Secret there: it may be the one that is missing`,
      {
        hint: `Put it back if it is${isHere ? '' : ', from the file that keeps it (mostly in the folder retired beside the key file)'}: sopskit keys install${bound.cluster.flags} -n ${namespace} --secret-name ${name}${from} --partial`,
      },
    );
  }
}
