import type { ClusterModel, RepositoryModel } from '../../../flux/model/model.ts';
import { gitReference } from '../../../flux/source/git-reference.ts';
import type { Head } from './clone.ts';
import { modelOf, type RetireWork } from './ground.ts';
import type { LiveUse } from './live-use.ts';
import type { RetireTarget } from './target.ts';

/** A state of the repository that counts whether it is applied or not. */
export interface RepositoryState {
  /** `main on origin`, `the working tree`. */
  readonly where: string;
  readonly commit: string | null;
  /** The branch whose head it is; `null`: it counts for all, as the working tree does. */
  readonly branch: string | null;
  /** `null`: no cluster begins in it. */
  readonly model: RepositoryModel | null;
}

/**
 * The branches that count, as their remotes have them now: those that Kustomizations with the Secrets that hold the
 * identity follow, and that of their clusters' entries, which brings new ones. Without any, what is checked out.
 */
export async function headsOf(
  { clone, clusters }: RetireWork,
  targets: readonly RetireTarget[],
): Promise<readonly Head[]> {
  const own = targets.flatMap(({ uses }) => uses);
  const entries = new Set(targets.map(({ bound }) => entryBranch(bound.model)));
  const all = clusters.flatMap(({ uses }) => uses);
  const counting = own.length === 0 ? all : all.filter(({ source }) => entries.has(source.branch));
  const heads: Head[] = [];
  for (const [branch, url] of followedBranches([...own, ...counting]))
    heads.push(await clone.head(branch, url));
  if (heads.length > 0) return heads;
  const here = await clone.checkedOut();
  return here === null ? [] : [here];
}

/** The working tree, and the heads. */
export async function statesOf(
  { workspace, work }: RetireWork,
  heads: readonly Head[],
): Promise<readonly RepositoryState[]> {
  const here: RepositoryState = { where: 'the working tree', commit: null, branch: null, model: work.model };
  const states = [here];
  for (const { branch, label, commit } of heads) {
    const model = await modelOf(workspace, await workspace.snapshot(commit));
    states.push({ where: label, commit, branch, model });
  }
  return states;
}

/** Whether a state is of a branch that the cluster's entry does not follow: what it says of Kustomizations is not applied. */
export function isOfOtherBranch({ branch }: RepositoryState, { bound }: RetireTarget): boolean {
  const entry = entryBranch(bound.model);
  return branch !== null && entry !== null && branch !== entry;
}

/** The branch that a cluster begins at; `null`: that cannot be told. */
function entryBranch(model: ClusterModel | null): string | null {
  const entry = model?.kustomizations.get(model.entry.kustomization);
  const manifest = (entry === undefined ? null : model?.sources.get(entry.source)?.manifest) ?? null;
  const reference = manifest === null ? null : gitReference(manifest);
  return reference?.kind === 'branch' ? reference.value : null;
}

/** The branches that live sources of this repository follow, each with its address. */
export function followedBranches(uses: readonly LiveUse[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { source } of uses)
    if (source.here && source.branch !== null && !found.has(source.branch))
      found.set(source.branch, source.url);
  return found;
}
