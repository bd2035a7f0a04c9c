import type { Finding, Level } from './finding.ts';
import type { PrintOptions } from './print.ts';
import type { Report } from './report.ts';
import { type Summary, summaryOf } from './summary.ts';

/** The document that `--json` prints. Fields are added, never renamed or removed. */
export interface JsonReport {
  /** `check`, `config lint`. */
  readonly tool: string;
  /** Of sopskit. */
  readonly version: string;
  readonly findings: readonly JsonFinding[];
  readonly waived: readonly (JsonFinding & { readonly reason: string })[];
  readonly summary: Summary;
}

export interface JsonFinding {
  readonly code: string;
  readonly level: Level;
  /** From the repository's top, parts joined by `/`; a byte that is no UTF-8 is `\udc80` to `\udcff`. */
  readonly file: string | null;
  /** From 1, as `column`, which counts characters. */
  readonly line: number | null;
  readonly column: number | null;
  /** Keys and list indexes, outermost first. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly fix: string;
  /** Where history was searched. */
  readonly commit?: string;
}

/** Prints a report as one JSON document (`JsonReport`). */
export function jsonReport(report: Report, { version }: PrintOptions): string {
  const document: JsonReport = {
    tool: report.tool,
    version,
    findings: report.findings.map(jsonFinding),
    waived: report.waived.map(({ finding, reason }) => ({ ...jsonFinding(finding), reason })),
    summary: summaryOf(report),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function jsonFinding({ rule, level, place, message, fix, commit }: Finding): JsonFinding {
  return {
    code: rule.code,
    level,
    file: place.file ?? null,
    line: place.line ?? null,
    column: place.column ?? null,
    path: place.path ?? [],
    message,
    fix,
    ...(commit === undefined ? {} : { commit }),
  };
}
