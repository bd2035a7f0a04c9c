import type { KustomizationDecryption } from '../../../flux/decryption/decryption.ts';
import { findDecryptions } from '../../../flux/decryption/find-decryptions.ts';
import type { ClusterModel, RepositoryModel } from '../../../flux/model/model.ts';
import type { Workspace } from '../../../flux/workspace.ts';
import { commitSnapshot } from '../../../repository/snapshots.ts';
import { commitOf } from '../../git/reach.ts';
import { holdsUsable } from '../holds.ts';
import type { Clone } from './clone.ts';
import { contentAt, unknownsOf } from './content-at.ts';
import type { Holding } from './holding.ts';
import { type LiveUse, secretUsed } from './live-use.ts';
import { needsRecipient } from './sealed-files.ts';
import { holdingFor, type RetireTarget, usableBy } from './target.ts';
import type { KustomizationVerdict, Need, UnknownNeed } from './verdict.ts';

/** A state of the repository that counts whether it is applied or not. */
export interface RepositoryState {
  /** `main on origin`, `the working tree`. */
  readonly where: string;
  readonly commit: string | null;
  /** `null`: no cluster begins in it. */
  readonly model: RepositoryModel | null;
}

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
    const models = modelsIn(state.model, target.bound.model);
    const found = await Promise.all(models.map((model) => findDecryptions(model)));
    for (const decryption of found.flat()) {
      const used = secretUsed(decryption.node.kustomization, target.bound.controller);
      const ref = decryption.secret ?? used?.ref ?? null;
      const holding = ref === null || decryption.provider !== 'sops' ? null : holdingFor(target, ref);
      if (holding === null || ref === null) continue;
      const known = verdicts.get(decryption.key);
      const global = decryption.secret === null;
      const files = neededFiles(decryption, holding, recipient, global);
      // what is live was asked about its source already
      const unknown = known === undefined ? unknownsOf(decryption) : [];
      const needs =
        files.length + unknown.length === 0 ? [] : [needOf(state.where, files, unknown, state.commit)];
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

async function needsAt(
  use: LiveUse,
  holding: Holding,
  revision: string,
  { workspace, clone, recipient }: JudgeOptions,
): Promise<readonly Need[]> {
  const where = `${shortRevision(revision)}${isApplied(use, revision) ? ', which is applied' : ''}`;
  if (!use.source.here) return [needOf(where, [], [elsewhere(use)])];
  const commit = commitOf(revision);
  if (commit === null) return [needOf(where, [], [noCommit(use, revision)])];
  const missing = await clone.missing(commit, use.source.url);
  if (missing !== null) return [needOf(where, [], [missing], commit)];
  const { decryption, unknown } = await contentAt(workspace, use, await commitSnapshot(clone.git, commit));
  const files = decryption === null ? [] : neededFiles(decryption, holding, recipient, use.global);
  return files.length + unknown.length === 0 ? [] : [needOf(where, files, unknown, commit)];
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

/** `main@sha1:0123456789ab`. */
export function shortRevision(revision: string): string {
  return revision.replace(/([0-9a-f]{12})[0-9a-f]+$/, '$1');
}

/** The branches that live sources of this repository follow, each with its address. */
export function followedBranches(uses: readonly LiveUse[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { source } of uses)
    if (source.here && source.branch !== null && !found.has(source.branch))
      found.set(source.branch, source.url);
  return found;
}
