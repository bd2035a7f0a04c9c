import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Command } from '../command.ts';
import * as flags from '../flags.ts';
import { type ReportOutput, readReportOutput, reportFlags, writeReport } from '../report-output.ts';

export interface ConfigLintRequest {
  /** Files and folders, as typed; `-` is standard input. None: all configurations of the repository. */
  readonly paths: readonly string[];
  /** `--config`, before `SOPS_CONFIG`. */
  readonly config: string | null;
  readonly output: ReportOutput;
}

export const command: Command<ConfigLintRequest> = {
  name: 'config lint',
  group: 'repository',
  summary: 'find mistakes in .sops.yaml',
  usage: '[PATH…]',
  about: [
    'Looks for misspelled keys, expressions that do not compile or match too much, rules that are never used, rules that leave a Secret readable, recipients that cannot be read, and more. PATH is a configuration, a folder with some in it, or - for standard input. Without PATH: every .sops.yaml of the repository; outside git the one that sops would take here.',
    'Ends with 1 where there is an error.',
  ],
  examples: [
    { line: 'sopskit config lint', says: 'all configurations of the repository' },
    { line: 'sopskit config lint clusters/prod/.sops.yaml', says: 'one of them' },
    { line: 'sopskit config lint --strict --github', says: 'in a workflow' },
  ],
  flags: [...reportFlags, flags.beyond(flags.config)],
  beyond: true,
  parse({ args, values }) {
    if (args.includes('')) throw new SopskitError('usage.invalid', 'a path is empty');
    return { paths: args, config: values.text('config'), output: readReportOutput(values) };
  },
  async run({ paths, config, output }, context) {
    const { configurationsToLint } = await import('../../repository/configuration-to-lint.ts');
    const { lintConfigurations } = await import('../../repository/lint-configuration.ts');
    const files = await configurationsToLint(context.system, paths, config);
    const { report, root } = await lintConfigurations(context.system, files);
    return writeReport(context, report, root, output);
  },
};
