import { commitSnapshot } from '../../../repository/snapshots.ts';
import type { Metadata } from '../../../sops/metadata.ts';
import type { System } from '../../../system/system.ts';
import { holdsUsable } from '../holds.ts';
import { awaitIdle } from './await-idle.ts';
import type { Head } from './clone.ts';
import { addressesOf, type RetireWork } from './ground.ts';
import { judgeTarget } from './judge.ts';
import type { LiveUse } from './live-use.ts';
import { namingRules } from './naming-rules.ts';
import { headsOf, statesOf } from './repository-state.ts';
import type { RetireRequest, RetireTalk } from './request.ts';
import { ruleReaders } from './rule-readers.ts';
import { NamingFiles, needsRecipient } from './sealed-files.ts';
import { holdingFor, type RetireTarget } from './target.ts';
import { unmergedBranches } from './unmerged-branches.ts';
import type { KustomizationVerdict, NamingRule, OtherFile, UnmergedBranch } from './verdict.ts';

/** What an identity is still needed for. */
export interface Assessment {
  readonly targets: readonly RetireTarget[];
  /** Of each target, in their order. */
  readonly verdicts: readonly (readonly KustomizationVerdict[])[];
  readonly rules: readonly NamingRule[];
  readonly branches: readonly UnmergedBranch[];
  /** Branches of remotes that could not be fetched. */
  readonly unseenBranches: readonly string[];
  /** Files of the working tree and of the heads that need it, and hold nothing up. */
  readonly others: readonly OtherFile[];
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
  const needs = (metadata: Metadata): boolean => needsRecipient(metadata, recipient, others);
  const remote = await clone.branches([...new Set(targets.flatMap(sourcesOf))]);
  const branches = await unmergedBranches(clone.git, commits, remote, naming, needs);
  return {
    ...{ targets, verdicts, branches, named, unseenBranches: remote.unseen },
    rules: await rulesOf(system, work, targets, heads),
    others: othersOf(named, verdicts.flat(), needs),
  };
}

function sourcesOf({ uses }: RetireTarget): readonly string[] {
  return uses.flatMap(({ source }) => (source.here ? [source.url] : []));
}

/** Files that need the identity, but for those that a Kustomization decrypts. */
function othersOf(
  named: Assessment['named'],
  verdicts: readonly KustomizationVerdict[],
  needs: (metadata: Metadata) => boolean,
): readonly OtherFile[] {
  const held = new Set(verdicts.flatMap((one) => one.needs.flatMap(({ files }) => files)));
  const found = new Map<string, OtherFile>();
  for (const { path, metadata } of named)
    if (!held.has(path) && !found.has(path) && (metadata === null || needs(metadata)))
      found.set(path, { path, unreadable: metadata === null });
  return [...found.values()];
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

async function rulesOf(
  system: System,
  { work, clone, clusters, recipient }: RetireWork,
  targets: readonly RetireTarget[],
  heads: readonly Head[],
): Promise<readonly NamingRule[]> {
  const readers = await ruleReaders(targets, clusters);
  const here = await namingRules(system, work.snapshot, recipient, 'the working tree', readers);
  const there: NamingRule[] = [];
  for (const { label, commit } of heads) {
    const snapshot = await commitSnapshot(clone.git, commit);
    const rules = await namingRules(system, snapshot, recipient, label, readers);
    // one place of both is told once
    there.push(
      ...rules.filter(({ file, line }) => !here.some((one) => one.file === file && one.line === line)),
    );
  }
  return [...here, ...there];
}
