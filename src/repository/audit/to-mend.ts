import type { Audit } from './audit.ts';

/**
 * Whether something in an audit is to be mended: a former recipient that has a data key, or may have one, a recipient in
 * no rule, a file that differs from its rule, that one lost key closes or that does not open as it should, a shared data
 * key, a configuration that cannot be read.
 */
export function hasToMend({
  files,
  recipients,
  history,
  sharedDataKeys,
  configurationProblems,
}: Audit): boolean {
  return (
    configurationProblems.length + sharedDataKeys.length > 0 ||
    recipients.some(({ inRules }) => inRules === false) ||
    (history?.keptAlone.length ?? 0) > 0 ||
    (history?.former ?? []).some((former) => former.files.some(({ reads }) => reads !== 'then')) ||
    files.some(
      ({ rule, keysToLose, opens }) =>
        opens === 'broken' ||
        keysToLose === 1 ||
        (rule !== null && rule.extra.length + rule.missing.length > 0),
    )
  );
}
