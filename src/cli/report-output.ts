import { SopskitError } from '../errors/sopskit-error.ts';
import type { ReportFormat } from '../findings/print.ts';
import type { Report } from '../findings/report.ts';
import type { System } from '../system/system.ts';
import type { CommandContext, Flag } from './command.ts';
import type { Values } from './values.ts';
import { version } from './version.ts';

/** How a command that reports findings prints them, and what makes it fail. */
export interface ReportOutput {
  readonly format: ReportFormat;
  /** Whether warnings count as errors do. */
  readonly strict: boolean;
}

/** The flags of every command that reports findings. */
export const reportFlags: readonly Flag[] = [
  { name: 'json', kind: 'bool', help: 'print one JSON document', beyond: true },
  { name: 'sarif', kind: 'bool', help: 'print a SARIF 2.1.0 log, for code scanning', beyond: true },
  { name: 'github', kind: 'bool', help: 'print annotations for a GitHub workflow', beyond: true },
  { name: 'strict', kind: 'bool', help: 'fail on warnings too', beyond: true },
];

/** Reads those flags. Throws `usage.conflict` for more than one format. */
export function readReportOutput(values: Values): ReportOutput {
  const asked = (['json', 'sarif', 'github'] as const).filter((name) => values.bool(name));
  const [format = 'text', second] = asked;
  if (second !== undefined)
    throw new SopskitError('usage.conflict', `--${format} and --${second} exclude each other`, {
      hint: 'Run the command once for each format.',
    });
  return { format, strict: values.bool('strict') };
}

/**
 * Prints a report on standard output and returns the exit status: 1 where there is an error, with `strict` a warning,
 * else 0. `root` is the absolute folder that the report's places are relative to.
 */
export async function writeReport(
  { system, terminal }: CommandContext,
  report: Report,
  root: string,
  { format, strict }: ReportOutput,
): Promise<number> {
  const { printReport } = await import('../findings/print.ts');
  const colour = terminal.colours.output;
  terminal.write(printReport(report, format, { colour, root, cwd: await shownFrom(system, root), version }));
  const fails = report.findings.some(({ level }) => level === 'error' || (strict && level === 'warning'));
  return fails ? 1 : 0;
}

/** Where the user is: a hook runs at the top of the repository. */
async function shownFrom(system: System, root: string): Promise<string> {
  if ((system.env.get('GIT_PREFIX') ?? '') === '') return system.files.cwd;
  const { userFolder } = await import('../repository/check/user-folder.ts');
  return userFolder(system, root);
}
