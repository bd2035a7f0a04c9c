import type { Finding, RuleInfo } from './finding.ts';

/** What a check found, before it is printed. */
export interface Report {
  /** Who reports: `check`, `config lint`. */
  readonly tool: string;
  /** Every rule that was applied, fired or not. */
  readonly rules: readonly RuleInfo[];
  /** In the order of files, lines and codes. Waived ones are not among them. */
  readonly findings: readonly Finding[];
  /** Findings that a waiver takes away, with its reason. */
  readonly waived: readonly { readonly finding: Finding; readonly reason: string }[];
  /** How many files were looked at. */
  readonly files: number;
}
