import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Command } from '../command.ts';
import * as flags from '../flags.ts';
import { type ReportOutput, readReportOutput, reportFlags, writeReport } from '../report-output.ts';

export interface CheckCommandRequest {
  readonly paths: readonly string[];
  readonly staged: boolean;
  readonly history: string | null;
  /** `--config`, as typed. */
  readonly config: string | null;
  readonly verify: boolean;
  readonly output: ReportOutput;
}

export const command: Command<CheckCommandRequest> = {
  name: 'check',
  group: 'repository',
  summary: 'find readable secrets, broken files and leaked keys',
  usage: '[PATH…]',
  about: [
    'Looks at the files that git tracks or does not ignore (outside git: at the folder), or with --staged at what is about to be committed. A value is an error where its file has sops metadata or its object is a Secret; where only a creation rule matches it is a note. Needs no key (but for --verify), and never prints a value.',
    'Ends with 0 without errors, 1 with, 2 where it could not check. A finding that may stay is waived in .sopskit.yaml at the top of the repository, with a reason.',
  ],
  examples: [
    { line: 'sopskit check', says: 'the whole repository' },
    { line: 'sopskit check --staged', says: 'what the next commit would bring in; for a hook' },
    {
      line: 'sopskit check --history main..HEAD',
      says: 'every version that the commits of a branch brought in',
    },
    { line: 'sopskit check --sarif > check.sarif', says: 'for GitHub code scanning' },
  ],
  flags: [
    { name: 'staged', kind: 'bool', help: 'look at what is staged, and not at the working tree' },
    {
      name: 'history',
      kind: 'text',
      value: 'RANGE',
      help: 'look at every version that commits brought in: A..B, a revision, or --history=--all',
    },
    {
      name: 'verify',
      kind: 'bool',
      help: 'open encrypted files too, with the identities here: finds ciphertext that was moved, and wrong MACs',
    },
    ...reportFlags,
    flags.beyond(flags.config),
  ],
  statuses: { otherwise: 2 },
  usageStatus: 2,
  beyond: true,
  parse({ values, args }) {
    const [staged, history] = [values.bool('staged'), values.text('history')];
    if (staged && history !== null) throw conflict('--staged and --history look at different things');
    if (history !== null && args.length > 0)
      throw conflict('--history looks at all files, and takes no PATH');
    const [config, verify] = [values.text('config'), values.bool('verify')];
    return { paths: args, staged, history, config, verify, output: readReportOutput(values) };
  },
  async run(request, context) {
    const { check } = await import('../../repository/check/check.ts');
    const { report, root } = await check(context.system, request);
    return writeReport(context, report, root, request.output);
  },
};

function conflict(message: string): SopskitError {
  return new SopskitError('usage.invalid', message, { hint: 'Give one of them.' });
}
