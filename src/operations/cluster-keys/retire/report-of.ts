import type { Assessment } from './assess.ts';
import type { RetiredKeyFile, RetireReport } from './report.ts';
import type { AfterLook } from './still-decrypts.ts';

const noKey: RetiredKeyFile = { archived: null, destroyed: false, removedFrom: [], kept: [] };

/** Makes the report of what was found, and done. `after`: of each target. */
export function reportOf(
  outcome: RetireReport['outcome'],
  recipient: string,
  unseen: readonly string[],
  assessment: Assessment | null = null,
  key: RetiredKeyFile = noKey,
  after: readonly (AfterLook | null)[] = [],
): RetireReport {
  const { targets = [], verdicts = [], rules = [], branches = [] } = assessment ?? {};
  const { unseenBranches = [], others = [] } = assessment ?? {};
  const clusters = targets.map(({ bound, holdings }, index) => ({
    context: bound.cluster.context,
    server: bound.cluster.server,
    cluster: bound.model?.name ?? null,
    secrets: holdings.map(({ secret, entries, leaked }) => ({ ref: secret.ref, entries, leaked })),
    kustomizations: verdicts[index] ?? [],
    after: after[index] ?? null,
  }));
  return { recipient, outcome, clusters, rules, branches, unseenBranches, others, key, unseen };
}
