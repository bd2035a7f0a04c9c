import type { KeyRule } from './key-rule.ts';
import { driftRule } from './rules/drift.ts';
import { entriesRule } from './rules/entries.ts';
import { filesRule } from './rules/files.ts';
import { keptRule } from './rules/kept.ts';
import { lintRules } from './rules/lint-rules.ts';
import { macRule } from './rules/mac.ts';
import { otherClusterRule } from './rules/other-cluster.ts';
import { providerRule } from './rules/provider.ts';
import { readyRule } from './rules/ready.ts';
import { secretMissing } from './rules/secret-missing.ts';
import { unreadRule } from './rules/unread.ts';

/** Everything that `keys doctor` looks for, causes first. A new rule is a file and a line here. */
export const keyRules: readonly KeyRule[] = [
  providerRule,
  unreadRule,
  secretMissing,
  entriesRule,
  filesRule,
  lintRules,
  macRule,
  keptRule,
  otherClusterRule,
  driftRule,
  readyRule,
];
