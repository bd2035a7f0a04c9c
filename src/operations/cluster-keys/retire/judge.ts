import type { KustomizationDecryption } from '../../../flux/decryption/decryption.ts';
import type { ClusterModel, RepositoryModel } from '../../../flux/model/model.ts';
import type { Workspace } from '../../../flux/workspace.ts';
import { commitSnapshot } from '../../../repository/snapshots.ts';
import { commitOf } from '../../git/reach.ts';
import { holdsUsable } from '../holds.ts';
import type { Clone } from './clone.ts';
import { contentAt, unknownsOf } from './content-at.ts';
import type { Holding } from './holding.ts';
import { type LiveUse, secretUsed } from './live-use.ts';
import { brokenOf, type FixedSource, isLookedAt, placedDecryptions } from './placed-decryptions.ts';
import { isOfOtherBranch, type RepositoryState } from './repository-state.ts';
import { needsRecipient } from './sealed-files.ts';
import { shortRevision } from './short-revision.ts';
import { holdingFor, type RetireTarget, usableBy } from './target.ts';
import type { KustomizationVerdict, Need, UnknownNeed } from './verdict.ts';

export interface JudgeOptions {
  readonly workspace: Workspace;
  readonly clone: Clone;
  readonly recipient: string;
  readonly states: readonly RepositoryState[];
  /** Keys (`namespace/name`) for which the user's word stands where it cannot be told. */
  readonly unneeded: readonly string[];
}

/** Tells of each Kustomization of a cluster that decrypts with a Secret that holds the identity what needs it. */
export async function judgeTarget(
  target: RetireTarget,
  options: JudgeOptions,
): Promise<readonly KustomizationVerdict[]> {
  const { recipient, unneeded } = options;
  const context = target.bound.cluster.context;
  const verdicts = new Map<string, KustomizationVerdict>();
  for (const use of target.uses) {
    const holding = holdingFor(target, use.secret);
    if (holding === null) continue;
    const needs: Need[] = [];
    for (const revision of use.revisions) needs.push(...(await needsAt(use, holding, revision, options)));
    for (const state of options.states)
      needs.push(...(await needsAtHead(use, holding, state, target, options)));
    if (use.revisions.length === 0 && !use.source.here)
      needs.push(needOf(use.source.follows, [], [elsewhere(use)]));
    const { key, secret, revisions } = use;
    const state = stateOf(use);
    const assumed = unneeded.includes(key);
    verdicts.set(key, {
      key,
      context,
      secret,
      state,
      revisions,
      needs,
      assumed,
      follows: use.source.follows,
    });
  }
  for (const state of options.states) {
    if (isOfOtherBranch(state, target)) continue;
    const models = modelsIn(state.model, target.bound.model);
    for (const decryption of (await Promise.all(models.map(placedDecryptions))).flat()) {
      const used = secretUsed(decryption.node.kustomization, target.bound.controller);
      const ref = decryption.secret ?? used?.ref ?? null;
      const holding = ref === null || decryption.provider !== 'sops' ? null : holdingFor(target, ref);
      if (holding === null || ref === null) continue;
      const known = verdicts.get(decryption.key);
      const use = target.uses.find(({ key }) => key === decryption.key);
      if (use !== undefined && isLookedAt(use, decryption.fixed)) continue;
      const global = decryption.secret === null;
      const files = neededFiles(decryption, holding, recipient, global);
      // what is live was asked about its source already
      const opaque = known === undefined ? unknownsOf(decryption) : [];
      const unknown = [...opaque, ...(await brokenOf(decryption, recipient))];
      const { where, commit } = placeOf(state, decryption.fixed);
      const needs = files.length + unknown.length === 0 ? [] : [needOf(where, files, unknown, commit)];
      const fresh: KustomizationVerdict = {
        ...{ key: decryption.key, context, secret: ref, state: 'new', follows: 'the repository' },
        ...{ revisions: [], needs: [], assumed: unneeded.includes(decryption.key) },
      };
      const before = known ?? fresh;
      verdicts.set(decryption.key, { ...before, needs: [...before.needs, ...needs] });
    }
  }
  return [...verdicts.values()];
}

/** The same cluster in another state of the repository, by its name; where it has none of that name, it may be any. */
function modelsIn(repository: RepositoryModel | null, bound: ClusterModel | null): readonly ClusterModel[] {
  if (repository === null || bound === null) return [];
  const named = repository.clusters.filter(({ name }) => name === bound.name);
  return named.length > 0 ? named : repository.clusters;
}

/** The head of the branch that it follows, where the repository's own word on it is that of another branch. */
async function needsAtHead(
  use: LiveUse,
  holding: Holding,
  state: RepositoryState,
  target: RetireTarget,
  options: JudgeOptions,
): Promise<readonly Need[]> {
  const { branch, commit, where } = state;
  if (branch === null || commit === null || !use.source.here || branch !== use.source.branch) return [];
  if (!isOfOtherBranch(state, target) || use.revisions.some((one) => commitOf(one) === commit)) return [];
  return needsIn(use, holding, commit, where, options);
}

function placeOf(
  { where, commit }: RepositoryState,
  fixed: FixedSource | null,
): { readonly where: string; readonly commit: string | null } {
  if (fixed === null) return { where, commit };
  const { branch } = fixed;
  const what = `${branch === null ? '' : `${branch} at `}${fixed.commit.slice(0, 12)}`;
  return { where: `${what}, which it is to take by ${where}`, commit: fixed.commit };
}

async function needsAt(
  use: LiveUse,
  holding: Holding,
  revision: string,
  options: JudgeOptions,
): Promise<readonly Need[]> {
  const where = `${shortRevision(revision)}${isApplied(use, revision) ? ', which is applied' : ''}`;
  if (!use.source.here) return [needOf(where, [], [elsewhere(use)])];
  const commit = commitOf(revision);
  if (commit === null) return [needOf(where, [], [noCommit(use, revision)])];
  const missing = await options.clone.missing(commit, use.source.url);
  if (missing !== null) return [needOf(where, [], [missing], commit)];
  return needsIn(use, holding, commit, where, options);
}

async function needsIn(
  use: LiveUse,
  holding: Holding,
  commit: string,
  where: string,
  { workspace, clone, recipient }: JudgeOptions,
): Promise<readonly Need[]> {
  const { decryption, unknown } = await contentAt(workspace, use, await commitSnapshot(clone.git, commit));
  const files = decryption === null ? [] : neededFiles(decryption, holding, recipient, use.global);
  const unclear = [...unknown, ...(decryption === null ? [] : await brokenOf(decryption, recipient))];
  return files.length + unclear.length === 0 ? [] : [needOf(where, files, unclear, commit)];
}

function neededFiles(
  { sealed }: KustomizationDecryption,
  { after }: Holding,
  recipient: string,
  global: boolean,
): string[] {
  const others = holdsUsable([after], usableBy(global));
  const needed = sealed.filter(({ metadata }) => needsRecipient(metadata, recipient, others));
  return [...new Set(needed.map(({ path }) => path))];
}

function needOf(
  where: string,
  files: readonly string[],
  unknown: readonly UnknownNeed[],
  commit: string | null = null,
): Need {
  return { where, commit, files, unknown };
}

function isApplied({ live }: LiveUse, revision: string): boolean {
  return live.lastAppliedRevision === revision;
}

function stateOf({ live, source }: LiveUse): KustomizationVerdict['state'] {
  if (!source.here) return 'opaque';
  if (live.kustomization.spec.suspend) return 'suspended';
  return source.branch === null ? 'pinned' : 'follows';
}

function elsewhere({ key, source }: LiveUse): UnknownNeed {
  const [kind = '', namespace = '', name = ''] = source.key.split('/');
  const shown = source.url.replace(/^([a-z][a-z0-9+]*:\/\/)[^/@]*@/i, '$1');
  return {
    why: `its source ${kind} ${namespace}/${name}${shown === '' ? '' : ` (${shown})`} is not this repository`,
    fix: `Look yourself whether it has files for the old key; if not, say so: --unneeded ${key}`,
  };
}

function noCommit({ key }: LiveUse, revision: string): UnknownNeed {
  return {
    why: `its revision ${revision} names no commit`,
    fix: `Look yourself whether it has files for the old key; if not, say so: --unneeded ${key}`,
  };
}
