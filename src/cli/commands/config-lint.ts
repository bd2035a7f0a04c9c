import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Command } from '../command.ts';
import * as flags from '../flags.ts';
import { type ReportOutput, readReportOutput, reportFlags, writeReport } from '../report-output.ts';

export interface ConfigLintRequest {
  /** As typed; `null` is the one that sops would take. */
  readonly file: string | null;
  /** `--config`, before `SOPS_CONFIG`. */
  readonly config: string | null;
  readonly output: ReportOutput;
}

export const command: Command<ConfigLintRequest> = {
  name: 'config lint',
  group: 'repository',
  summary: 'find mistakes in .sops.yaml',
  usage: '[FILE]',
  about: [
    'Looks for misspelled keys, expressions that do not compile or match too much, rules that are never used, rules that leave a Secret readable, recipients that cannot be read, and more. Without FILE: the .sops.yaml that sops would take here.',
    'Ends with 1 where there is an error.',
  ],
  examples: [
    { line: 'sopskit config lint', says: 'the configuration in force' },
    { line: 'sopskit config lint --strict --github', says: 'in a workflow' },
  ],
  flags: [...reportFlags, flags.beyond(flags.config)],
  beyond: true,
  parse({ args, values }) {
    const [file = null, ...more] = args;
    if (more.length > 0)
      throw new SopskitError('usage.invalid', 'config lint takes one file', {
        hint: 'Run it once for each .sops.yaml.',
      });
    return { file, config: values.text('config'), output: readReportOutput(values) };
  },
  async run({ file, config, output }, context) {
    const { configurationToLint } = await import('../../repository/configuration-to-lint.ts');
    const { lintConfiguration } = await import('../../repository/lint-configuration.ts');
    const { report, root } = await lintConfiguration(
      context.system,
      configurationToLint(context.system, file, config),
    );
    return writeReport(context, report, root, output);
  },
};
