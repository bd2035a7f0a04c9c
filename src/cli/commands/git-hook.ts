import { SopskitError } from '../../errors/sopskit-error.ts';
import { type HookName, hookNames } from '../../repository/git-setup/hook-names.ts';
import type { Command } from '../command.ts';

export interface GitHookRequest {
  readonly hook: HookName;
}

export const command: Command<GitHookRequest> = {
  name: 'git hook',
  group: 'repository',
  summary: 'what the hooks run: check --staged',
  usage: 'pre-commit|pre-merge-commit',
  about: [
    'Checks what is about to be committed, not the working tree, and refuses conflicts of encrypted files that were added without a decision. `sopskit git install` writes hooks that call it; for husky, lefthook and pre-commit see docs/git.md.',
  ],
  examples: [{ line: 'sopskit git hook pre-commit', says: 'in a hook of your own' }],
  flags: [],
  completes: 'none',
  beyond: true,
  parse({ args: [hook, ...more] }) {
    const name = hookNames.find((known) => known === hook);
    if (name === undefined || more.length > 0)
      throw new SopskitError('usage.invalid', `name the hook: ${hookNames.join(' or ')}`);
    return { hook: name };
  },
  async run(_request, context) {
    const { readCommandLine } = await import('../command-line.ts');
    const check = await readCommandLine(['check', '--staged'], context.system.env);
    if (check.kind !== 'run') throw new SopskitError('usage.invalid', 'check --staged cannot be run');
    const { refuseUnsettled } = await import('../git-setup.ts');
    await refuseUnsettled(context);
    return check.command.run(check.request, context);
  },
};
