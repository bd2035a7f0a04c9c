import { commitSnapshot } from '../../../repository/snapshots.ts';
import type { Metadata } from '../../../sops/metadata.ts';
import type { System } from '../../../system/system.ts';
import { holdsUsable } from '../holds.ts';
import { awaitIdle } from './await-idle.ts';
import type { Head } from './clone.ts';
import { addressesOf, modelOf, type RetireWork } from './ground.ts';
import { followedBranches, judgeTarget, type RepositoryState } from './judge.ts';
import type { LiveUse } from './live-use.ts';
import { namingRules } from './naming-rules.ts';
import { readHere } from './read-here.ts';
import type { RetireRequest, RetireTalk } from './request.ts';
import { NamingFiles, needsRecipient } from './sealed-files.ts';
import { holdingFor, type RetireTarget } from './target.ts';
import { unmergedBranches } from './unmerged-branches.ts';
import type { KustomizationVerdict, NamingRule, UnmergedBranch } from './verdict.ts';

/** What an identity is still needed for. */
export interface Assessment {
  readonly targets: readonly RetireTarget[];
  /** Of each target, in their order. */
  readonly verdicts: readonly (readonly KustomizationVerdict[])[];
  readonly rules: readonly NamingRule[];
  readonly branches: readonly UnmergedBranch[];
  /** Files of the working tree and of the heads that name the recipient, whoever reads them. */
  readonly named: readonly { readonly path: string; readonly metadata: Metadata | null }[];
}

/**
 * Finds out what needs an identity: what live Kustomizations have applied, the heads of the branches that clusters follow,
 * fetched now, and the working tree. Waits first for Kustomizations that are at work. Throws `cluster-key.wait`,
 * `cluster-key.refused`, `cluster.*`, `git.*`.
 */
export async function assess(
  system: System,
  request: RetireRequest,
  talk: RetireTalk,
  work: RetireWork,
  found: readonly RetireTarget[],
): Promise<Assessment> {
  const targets = await idleTargets(system, request, talk, work, found);
  const heads = await headsOf(work, targets);
  const states = await statesOf(work, heads);
  const { workspace, clone, recipient } = work;
  const options = { workspace, clone, recipient, states, unneeded: request.unneeded };
  const verdicts: (readonly KustomizationVerdict[])[] = [];
  for (const target of targets) verdicts.push(await judgeTarget(target, options));
  const naming = new NamingFiles(recipient);
  const snapshots = [work.work.snapshot];
  for (const { commit } of heads) snapshots.push(await commitSnapshot(clone.git, commit));
  const named = [];
  for (const snapshot of snapshots) named.push(...(await naming.of(snapshot)));
  const others = holdsUsable(
    targets.flatMap(({ holdings }) => holdings.map(({ after }) => after)),
    { pastProblems: true },
  );
  const commits = heads.map(({ commit }) => commit);
  const branches = await unmergedBranches(clone.git, commits, naming, (metadata) =>
    needsRecipient(metadata, recipient, others),
  );
  return { targets, verdicts, rules: await rulesOf(system, work, targets, heads), branches, named };
}

async function idleTargets(
  system: System,
  request: RetireRequest,
  { tell }: RetireTalk,
  { clone }: RetireWork,
  found: readonly RetireTarget[],
): Promise<readonly RetireTarget[]> {
  const targets: RetireTarget[] = [];
  for (const target of found) {
    const { bound, holdings } = target;
    if (holdings.length === 0) {
      targets.push(target);
      continue;
    }
    const counts = (use: LiveUse): boolean => holdingFor(target, use.secret) !== null;
    const waiting = { tell, timeoutMs: request.timeoutMs, now: () => system.now() };
    const uses = await awaitIdle(bound, await addressesOf(clone, bound), counts, waiting);
    targets.push({ ...target, uses: uses.filter(counts) });
  }
  return targets;
}

/** The branches that the clusters follow, as their remotes have them now; without one what is checked out. */
async function headsOf(
  { clone, clusters }: RetireWork,
  targets: readonly RetireTarget[],
): Promise<readonly Head[]> {
  const uses = [...clusters.flatMap((one) => one.uses), ...targets.flatMap((one) => one.uses)];
  const heads: Head[] = [];
  for (const [branch, url] of followedBranches(uses)) heads.push(await clone.head(branch, url));
  if (heads.length > 0) return heads;
  const here = await clone.checkedOut();
  return here === null ? [] : [here];
}

async function statesOf(
  { workspace, work }: RetireWork,
  heads: readonly Head[],
): Promise<readonly RepositoryState[]> {
  const states: RepositoryState[] = [{ where: 'the working tree', commit: null, model: work.model }];
  for (const { label, commit } of heads) {
    const model = await modelOf(workspace, await workspace.snapshot(commit));
    states.push({ where: label, commit, model });
  }
  return states;
}

async function rulesOf(
  system: System,
  { work, clone, recipient }: RetireWork,
  targets: readonly RetireTarget[],
  heads: readonly Head[],
): Promise<readonly NamingRule[]> {
  const holding = targets.filter(({ holdings }) => holdings.length > 0);
  const models = (holding.length > 0 ? holding : targets).flatMap(({ bound }) => bound.model ?? []);
  const ours = await readHere(models);
  const here = await namingRules(system, work.snapshot, recipient, 'the working tree', ours);
  const there: NamingRule[] = [];
  for (const { label, commit } of heads) {
    const snapshot = await commitSnapshot(clone.git, commit);
    const rules = await namingRules(system, snapshot, recipient, label, ours);
    // one place of both is told once
    there.push(
      ...rules.filter(({ file, line }) => !here.some((one) => one.file === file && one.line === line)),
    );
  }
  return [...here, ...there];
}
