import type { CreationRule } from '../config.ts';
import type { LintSubject, Problem } from './lint-rule.ts';

/** Looks at every creation rule together with the files that go by it; none where these are not known. */
export async function ofEachRule(
  subject: LintSubject,
  problemsOf: (rule: CreationRule, files: readonly string[], subject: LintSubject) => Promise<Problem[]>,
): Promise<Problem[]> {
  const taken = await subject.taken();
  const found = await Promise.all(
    (subject.config.creationRules ?? []).map((rule) =>
      problemsOf(rule, taken?.[rule.index]?.files ?? [], subject),
    ),
  );
  return found.flat();
}
