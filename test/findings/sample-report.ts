import type { Finding, RuleInfo } from '../../src/findings/finding.ts';
import type { Report } from '../../src/findings/report.ts';

export const readableRule: RuleInfo = {
  code: 'plaintext.secret',
  level: 'error',
  title: 'a readable value of a Secret',
  about: 'The value is committed in plaintext. Encrypt the file.',
};

export const staleRule: RuleInfo = {
  code: 'recipients.extra',
  level: 'warning',
  title: 'a recipient that no rule names',
  about: 'Somebody can open the file whom the rule does not name.',
};

/** A finding of `readableRule`, changed where a test wants it. */
export function finding(changes: Partial<Finding> = {}): Finding {
  return {
    rule: readableRule,
    level: 'error',
    place: { file: 'apps/db.yaml', line: 4, column: 3, path: ['data', 'password'] },
    message: 'a value of a Secret is readable',
    fix: 'Run sopskit encrypt -i apps/db.yaml',
    ...changes,
  };
}

export function report(findings: readonly Finding[], changes: Partial<Report> = {}): Report {
  return { tool: 'check', rules: [readableRule, staleRule], findings, waived: [], files: 40, ...changes };
}

export const plain = { colour: false, root: '/repo', version: '1.2.3' } as const;
