import { join } from 'node:path';
import { keyGroupsOf } from '../../config/key-groups.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { keySources } from '../../keys/registry.ts';
import type { System } from '../../system/system.ts';
import { Configurations } from '../configurations.ts';
import type { Git } from '../git/git.ts';
import { commitSnapshot } from '../snapshots.ts';
import type { RuleAccess } from './vetted-policy.ts';

/**
 * Who may open a file (path from the top of the working tree), as the creation rule of `HEAD` says: in a merge that is our
 * side, and neither the index nor the working tree is, which may have the configuration of the other side already.
 * `null` where no rule that can be read says it.
 */
export async function committedRule(system: System, git: Git, path: string): Promise<RuleAccess | null> {
  try {
    const snapshot = await commitSnapshot(git, 'HEAD');
    const configuration = await new Configurations(system, snapshot, null).nearest(path);
    if (configuration === null) return null;
    const { rule } = await configuration.matcher.match(join(snapshot.root, path));
    if (rule === null) return null;
    return { keyGroups: keyGroupsOf(rule, keySources), shamirThreshold: rule.shamirThreshold };
  } catch (error) {
    if (error instanceof SopskitError) return null;
    throw error;
  }
}
