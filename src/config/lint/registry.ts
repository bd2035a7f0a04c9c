import type { Finding, RuleInfo } from '../../findings/finding.ts';
import { commentSelector } from './comment-selector.ts';
import { coversNothing } from './covers-nothing.ts';
import { duplicateRecipient } from './duplicate-recipient.ts';
import { encryptsMetadata } from './encrypts-metadata.ts';
import { glob } from './glob.ts';
import { ignoredRecipients } from './ignored-recipients.ts';
import { invalidRegex } from './invalid-regex.ts';
import type { LintRule, LintSubject } from './lint-rule.ts';
import { matchesAll } from './matches-all.ts';
import { moreDocuments } from './more-documents.ts';
import { noRecipients } from './no-recipients.ts';
import { noRules } from './no-rules.ts';
import { pathNotRelative } from './path-not-relative.ts';
import { privateKey } from './private-key.ts';
import { readableSecret } from './readable-secret.ts';
import { recipient } from './recipient.ts';
import { redefinedAnchor } from './redefined-anchor.ts';
import { regexDot } from './regex-dot.ts';
import { regexPrecedence } from './regex-precedence.ts';
import { regexSpace } from './regex-space.ts';
import { severalSelectors } from './several-selectors.ts';
import { shadowed } from './shadowed.ts';
import { threshold } from './threshold.ts';
import { unanchored } from './unanchored.ts';
import { unknownKey } from './unknown-key.ts';
import { unusedRule } from './unused-rule.ts';
import { weakFingerprint } from './weak-fingerprint.ts';

/** Every rule of `config lint`. A new one is a file and a line here. */
export const lintRules: readonly LintRule[] = [
  noRules,
  moreDocuments,
  unknownKey,
  redefinedAnchor,
  invalidRegex,
  glob,
  regexSpace,
  regexPrecedence,
  matchesAll,
  regexDot,
  pathNotRelative,
  unanchored,
  shadowed,
  unusedRule,
  severalSelectors,
  readableSecret,
  encryptsMetadata,
  coversNothing,
  commentSelector,
  privateKey,
  recipient,
  weakFingerprint,
  duplicateRecipient,
  noRecipients,
  ignoredRecipients,
  threshold,
];

/** A configuration that sops cannot read at all. */
export const unreadable: RuleInfo = {
  code: 'config.invalid',
  level: 'error',
  title: 'a configuration that cannot be read',
  about:
    'The file is no YAML, or a value is of a wrong type (a text where a list belongs). sops stops with an error for every file that goes by it.',
};

/** Applies all rules to one configuration; findings in the order of their places. */
export async function lintConfig(subject: LintSubject): Promise<Finding[]> {
  const found = await Promise.all(lintRules.map((rule) => apply(rule, subject)));
  return found.flat().sort((a, b) => order(a) - order(b));
}

async function apply({ info, check }: LintRule, subject: LintSubject): Promise<Finding[]> {
  const problems = await check(subject);
  return problems.map(({ place, message, fix, level }) => ({
    rule: info,
    level: level ?? info.level,
    place: { ...place, file: subject.file },
    message,
    fix,
  }));
}

function order({ place }: Finding): number {
  return (place.line ?? 0) * 1000 + Math.min(place.column ?? 0, 999);
}
