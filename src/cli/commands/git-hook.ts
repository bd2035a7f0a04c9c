import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Command } from '../command.ts';

export interface GitHookRequest {
  readonly hook: 'pre-commit';
}

export const command: Command<GitHookRequest> = {
  name: 'git hook',
  group: 'repository',
  summary: 'what the pre-commit hook runs: check --staged',
  usage: 'pre-commit',
  about: [
    'Checks what is about to be committed, not the working tree. `sopskit git install` writes a hook that calls it; for husky, lefthook and pre-commit see docs/git.md.',
  ],
  examples: [{ line: 'sopskit git hook pre-commit', says: 'in a hook of your own' }],
  flags: [],
  completes: 'none',
  beyond: true,
  parse({ args: [hook, ...more] }) {
    if (hook !== 'pre-commit' || more.length > 0)
      throw new SopskitError('usage.invalid', 'name the hook: pre-commit is the one there is');
    return { hook };
  },
  async run(_request, context) {
    const { readCommandLine } = await import('../command-line.ts');
    const check = await readCommandLine(['check', '--staged'], context.system.env);
    if (check.kind !== 'run') throw new SopskitError('usage.invalid', 'check --staged cannot be run');
    const { forgetSettled } = await import('../git-setup.ts');
    await forgetSettled(context);
    return check.command.run(check.request, context);
  },
};
