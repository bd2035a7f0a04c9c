import { SopskitError } from '../../errors/sopskit-error.ts';
import type { WorkspaceOptions } from '../../flux/workspace.ts';
import type { Command } from '../command.ts';
import { readWorkspaceOptions, workspaceFlags } from '../flux-flags.ts';
import { type ReportOutput, readReportOutput, reportFlags, writeReport } from '../report-output.ts';

export interface FluxLintRequest {
  readonly workspace: WorkspaceOptions;
  /** Files and folders to tell of, as typed. */
  readonly paths: readonly string[];
  readonly revision: string | null;
  readonly output: ReportOutput;
}

export const command: Command<FluxLintRequest> = {
  name: 'flux lint',
  group: 'flux',
  summary: 'find known mistakes in a Flux repository',
  usage: '[PATH…]',
  about: [
    'Reads the repository as the controllers of its clusters do, from gotk-sync.yaml or a FluxInstance on, and looks for what they would refuse, store as ciphertext, delete, or never get ready: encrypted files that nobody decrypts, objects in two inventories, health checks that delay nothing, removed API versions, and more. PATH says which files to tell of; all are read.',
    'Contacts nothing, and needs no key; builds are made with kustomize or kubectl where there is one. What could not be built is said, and looked at as far as its files go. Ends with 0 without errors, 1 with, 2 where it could not look. A finding that may stay is waived in .sopskit.yaml, as for check.',
  ],
  examples: [
    { line: 'sopskit flux lint', says: 'the whole repository, all clusters' },
    { line: 'sopskit flux lint apps/', says: 'tell only of what is written there' },
    { line: 'sopskit flux lint --revision main', says: 'as it stands on a branch' },
    { line: 'sopskit flux lint --strict --github', says: 'in a workflow' },
  ],
  flags: [
    {
      name: 'revision',
      kind: 'text',
      value: 'REV',
      help: 'look at a commit, branch or tag instead of the working tree',
      beyond: true,
    },
    ...workspaceFlags,
    ...reportFlags,
  ],
  statuses: { otherwise: 2 },
  usageStatus: 2,
  beyond: true,
  parse({ args, values }) {
    if (args.includes('')) throw new SopskitError('usage.invalid', 'a path is empty');
    return {
      workspace: readWorkspaceOptions(values),
      paths: args,
      revision: values.text('revision'),
      output: readReportOutput(values),
    };
  },
  async run({ output, ...request }, context) {
    const { lintRepository } = await import('../../flux/lint/lint-repository.ts');
    const { report, root } = await lintRepository(context.system, request);
    return writeReport(context, report, root, output);
  },
};
