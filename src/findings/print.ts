import { githubReport } from './print-github.ts';
import { jsonReport } from './print-json.ts';
import { sarifReport } from './print-sarif.ts';
import { textReport } from './print-text.ts';
import type { Report } from './report.ts';

/** What a report can be printed as. `github`: the annotations that a GitHub workflow shows beside the lines. */
export type ReportFormat = 'text' | 'json' | 'sarif' | 'github';

export interface PrintOptions {
  /** Colours, in `text` only. */
  readonly colour: boolean;
  /** Absolute folder that the places of the findings are relative to. */
  readonly root: string;
  /** Absolute folder that `text` shows paths from, so that they can be copied. Default: `root`. */
  readonly cwd?: string;
  /** Version of sopskit. */
  readonly version: string;
}

/** One output. A new one is a file and a line in `printers`. */
export type ReportPrinter = (report: Report, options: PrintOptions) => string;

const printers: ReadonlyMap<ReportFormat, ReportPrinter> = new Map<ReportFormat, ReportPrinter>([
  ['text', textReport],
  ['json', jsonReport],
  ['sarif', sarifReport],
  ['github', githubReport],
]);

/** Every format, in the order in which messages list them. */
export const reportFormats: readonly ReportFormat[] = [...printers.keys()];

/** Prints a report; ends with a line feed. */
export function printReport(report: Report, format: ReportFormat, options: PrintOptions): string {
  return (printers.get(format) ?? textReport)(report, options);
}
