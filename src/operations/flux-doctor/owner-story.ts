import type { StoryFacts } from './compose-story.ts';
import { reconcile } from './reconcile.ts';

/** Says who owns a live object, by its labels and by the inventories. */
export function ownerOf({ live, owners, kind, repository }: StoryFacts): string {
  if (live?.owner != null) {
    const { owner, labelledBy } = live;
    const named = `Its labels name Kustomization ${owner}`;
    if (owners.includes(owner)) return `Kustomization ${owner} owns it.`;
    if (owners.length > 0)
      return `${named}${live.ownerIsThere ? '' : ', which does not exist'}${labelledBy === null ? '' : ` (written by ${labelledBy})`}, and Kustomization ${owners.join(' and ')} has it in its inventory, and puts its own labels on it at its next run.`;
    if (labelledBy !== null)
      return `${named}, and that is written by ${labelledBy}, not by Flux${live.ownerIsThere ? '' : ': there is no such Kustomization'}.`;
    if (!live.ownerIsThere)
      return `${named}, which is gone: nothing keeps it up to date, and nothing prunes it.`;
    return `${named}, which does not have it in its inventory: ${whyNotListed({ live, repository })}.`;
  }
  if (live?.release != null) return `HelmRelease ${live.release} owns it.`;
  const by = live?.managers.length ? ` (written by ${live.managers.join(', ')})` : '';
  return owners.length > 0
    ? `Kustomization ${owners.join(', ')} has it in its inventory, but it does not carry its labels${by}.`
    : `No Kustomization and no HelmRelease owns this ${kind}${by}.`;
}

function whyNotListed({ live, repository }: Pick<StoryFacts, 'live' | 'repository'>): string {
  const holders = repository?.holders ?? [];
  if (live?.ownerIsSettled !== true)
    return `that is written only after a run that succeeds, and its last one has not, or is not over${holders.length > 0 ? ` (in the repository, Kustomization ${holders.join(', ')} has it at HEAD)` : ''}`;
  if (holders.length > 0) return `in the repository, Kustomization ${holders.join(', ')} has it at HEAD`;
  if (live.pruneDisabled) return 'it left what that builds, and was let go of, as prune: disabled on it says';
  return live.ownerPrunes
    ? 'why it was let go of is not known (pruning may have been off then)'
    : 'it was let go of with pruning off';
}

/**
 * What keeps an object that no inventory has. Deleting is named only where it is certain that nothing wants it: git was
 * asked and has it not, and its owner is gone, or has finished. Never for what takes others with it.
 */
export function restoreOrphan(facts: StoryFacts): readonly string[] {
  const { live, owners, flags, kind, namespace, name, repository } = facts;
  if (live?.owner == null) return [];
  const [holder] = owners;
  if (holder !== undefined) return owners.includes(live.owner) ? [] : [reconcile(holder, flags)];
  const holders = repository?.holders ?? [];
  if (holders.length > 0)
    return [
      ...(repository?.unpushed === true ? ['git push    # no remote branch has HEAD'] : []),
      ...holders.map((one) => reconcile(one, flags)),
    ];
  if (live.ownerIsThere && !live.ownerIsSettled) return [reconcile(live.owner, flags)];
  const keep = 'a manifest of it in Git    # the Kustomization that builds it takes it over at its next run';
  const isAsked = repository !== null && repository.unknown === '' && repository.limits.length === 0;
  const takesOthers = kind === 'Namespace' || kind === 'CustomResourceDefinition';
  if (!isAsked || takesOthers || live.labelledBy !== null || live.pruneDisabled) return [keep];
  return [
    keep,
    `or: kubectl${flags} delete ${kind.toLowerCase()} ${name}${namespace === '' ? '' : ` -n ${namespace}`}    # where it is not wanted any more`,
  ];
}
