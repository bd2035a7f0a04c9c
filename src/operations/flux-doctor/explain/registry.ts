import { applyRules, healthRules } from './apply.ts';
import { artifactRules } from './artifact.ts';
import { buildRules } from './build.ts';
import { decryptionRules } from './decryption.ts';
import { dependencyRules } from './dependency.ts';
import type { Rule } from './explanation.ts';
import { releaseRules } from './release.ts';
import { sourceRules } from './source.ts';

/** Every rule, the more special ones first: the first that fits explains a failure. */
export const rules: readonly Rule[] = [
  ...dependencyRules,
  ...decryptionRules,
  ...artifactRules,
  ...applyRules,
  ...releaseRules,
  ...sourceRules,
  ...healthRules,
  ...buildRules,
];
