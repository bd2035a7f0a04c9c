/** What is seen of a rotation, in the repository and in the clusters. */
export interface RotationFacts {
  /** Whether an identity that replaces the old one is saved here. */
  readonly identity: boolean;
  /** Whether every Secret that has to hold it does; also where there is none that has to. */
  readonly secrets: boolean;
  /** Whether no `.sops.yaml` names the old recipient. */
  readonly configured: boolean;
  /** How many of the encrypted files are re-keyed; `all` also where there are none. */
  readonly rekeyed: 'none' | 'some' | 'all';
  /** Whether git has all that was changed. */
  readonly committed: boolean;
  /** Whether the branch at the remote has it; `null`: it cannot be told, or there is none. */
  readonly pushed: boolean | null;
}

/** One part of a rotation, in the order in which they have to be done. */
export type RotationStep = 'identity' | 'secrets' | 'rekey' | 'commit' | 'push' | 'wait';

/** What is still to be done, in its order. */
export interface RotationState {
  readonly steps: readonly RotationStep[];
  /** Files are encrypted for the new key, and a cluster does not have it: what an older commit, or a Secret that somebody wrote over, leads to. */
  readonly endangered: boolean;
}

/**
 * Tells how far a rotation got, and what comes next. A part is to be done again wherever one before it is: nothing is
 * encrypted for the new key before every cluster has it, and nothing is pushed that is not committed. That every
 * Kustomization is Ready is always looked at, last.
 */
export function rotationState(facts: RotationFacts): RotationState {
  const { identity, secrets, configured, rekeyed, committed, pushed } = facts;
  const rekeys = !configured || rekeyed !== 'all';
  const commits = rekeys || !committed;
  const needed: readonly (readonly [RotationStep, boolean])[] = [
    ['identity', !identity],
    ['secrets', !identity || !secrets],
    ['rekey', rekeys],
    ['commit', commits],
    ['push', commits || pushed !== true],
    ['wait', true],
  ];
  return {
    steps: needed.flatMap(([step, isNeeded]) => (isNeeded ? [step] : [])),
    endangered: identity && !secrets && rekeyed !== 'none',
  };
}
