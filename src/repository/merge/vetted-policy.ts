import { SopskitError } from '../../errors/sopskit-error.ts';
import type { MasterKey } from '../../keys/key-source.ts';
import type { Metadata } from '../../sops/metadata.ts';
import { keyId, type MergedPolicy } from './merge-policy.ts';

type KeyGroups = readonly (readonly MasterKey[])[];

/** Who may open a file, as a creation rule says. */
export interface RuleAccess {
  readonly keyGroups: KeyGroups;
  /** 0: all groups. */
  readonly shamirThreshold: number;
}

/** The sops blocks of a merge; `null` for a version that is not encrypted. */
export interface Blocks {
  readonly base: Metadata | null;
  readonly ours: Metadata;
  readonly theirs: Metadata;
}

export interface VettedPolicy {
  readonly policy: MergedPolicy;
  /** Recipients who were left out. */
  readonly refused: readonly MasterKey[];
}

/**
 * Leaves out whom a data key that is wrapped anew must not be wrapped for. Whoever can push a branch can write a
 * recipient into a sops block, with no key at all: the block is not authenticated. So a recipient counts whom the common
 * ancestor has, or both sides, or our own creation rule; each in the same group.
 *
 * Throws `key.wrap` where that leaves a group empty, or where fewer groups would be needed than before.
 */
export function vetPolicy(policy: MergedPolicy, blocks: Blocks, rule: RuleAccess | null): VettedPolicy {
  const refused: MasterKey[] = [];
  const keyGroups = policy.keyGroups.map((group, index) => {
    const known = knownIn(index, blocks, rule);
    return group.filter((key) => {
      if (known.has(keyId(key))) return true;
      refused.push(key);
      return false;
    });
  });
  if (keyGroups.some(({ length }) => length === 0))
    throw cannot('no recipient is left whom both sides have or our creation rule names');
  const before = Math.max(
    ...(blocks.base === null ? [blocks.ours, blocks.theirs] : [blocks.base]).map(needed),
  );
  if (needed(policy) < before && (rule === null || needed(policy) < needed(rule)))
    throw cannot(
      'one side lets fewer key groups open the file than before, which our creation rule does not',
    );
  return { policy: { ...policy, keyGroups }, refused };
}

function knownIn(index: number, { base, ours, theirs }: Blocks, rule: RuleAccess | null): Set<string> {
  const idsOf = (access: RuleAccess | null): string[] => (access?.keyGroups[index] ?? []).map(keyId);
  const their = new Set(idsOf(theirs));
  return new Set([...idsOf(base), ...idsOf(rule), ...idsOf(ours).filter((id) => their.has(id))]);
}

/** How many groups have to come together. */
function needed({ keyGroups, shamirThreshold }: RuleAccess): number {
  return keyGroups.length === 1 ? 1 : shamirThreshold || keyGroups.length;
}

function cannot(why: string): SopskitError {
  return new SopskitError('key.wrap', `the data key cannot be wrapped anew: ${why}`, {
    hint: 'Take one side with `git checkout --ours FILE` or `--theirs FILE`, and put the changes of the other in with `sopskit edit`.',
  });
}
