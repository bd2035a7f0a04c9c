import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Command } from '../command.ts';

export interface GitUninstallRequest {
  readonly dryRun: boolean;
}

export const command: Command<GitUninstallRequest> = {
  name: 'git uninstall',
  group: 'repository',
  summary: 'take back what git install set up',
  usage: '',
  about: ['Removes its settings and its marked blocks, and nothing else: every other line stays as it is.'],
  examples: [{ line: 'sopskit git uninstall', says: 'the repository is as it was before git install' }],
  flags: [{ name: 'dry-run', kind: 'bool', help: 'change nothing, and say what would change' }],
  completes: 'none',
  beyond: true,
  parse({ values, args }) {
    if (args.length > 0) throw new SopskitError('usage.invalid', 'git uninstall takes no files');
    return { dryRun: values.bool('dry-run') };
  },
  async run({ dryRun }, context) {
    const { requireRepository, takeSteps } = await import('../git-setup.ts');
    const { planUninstall } = await import('../../repository/git-setup/git-install.ts');
    const git = await requireRepository(context);
    const changed = await takeSteps(await planUninstall(context.system, git), dryRun, context);
    if (dryRun) context.terminal.tell('nothing was changed: this is a dry run');
    else if (!changed) context.terminal.tell('nothing was changed: nothing is set up');
    return 0;
  },
};
