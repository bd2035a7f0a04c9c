import { SopskitError } from '../../errors/sopskit-error.ts';
import type { DiffView } from '../../repository/git-setup/drivers.ts';
import type { Command } from '../command.ts';

export interface GitInstallRequest {
  readonly view: DiffView;
  readonly hook: boolean;
  readonly local: boolean;
  readonly patterns: readonly string[];
  readonly dryRun: boolean;
}

export const command: Command<GitInstallRequest> = {
  name: 'git install',
  group: 'repository',
  summary: 'set up diffs, merges and a pre-commit hook here',
  usage: '',
  about: [
    'Prints each setting and file that it changes: settings of this clone (diff.sopskit.*, merge.sopskit.*), a marked block in .gitattributes, and one in the hooks pre-commit and pre-merge-commit. `sopskit git uninstall` takes all of it back. Once more changes nothing.',
    'Commit .gitattributes; everybody who clones the repository runs `sopskit git install` once, because git takes no programs from a repository. Files that are not encrypted are shown and merged by git itself.',
  ],
  examples: [
    { line: 'sopskit git install', says: 'all of it' },
    { line: 'sopskit git install --redacted', says: 'diffs show which keys changed, not values' },
    { line: 'sopskit git install --dry-run', says: 'only say what would change' },
  ],
  flags: [
    { name: 'redacted', kind: 'bool', help: 'show in diffs which keys changed, not values' },
    { name: 'no-hook', kind: 'bool', help: 'leave the pre-commit hook alone' },
    { name: 'local', kind: 'bool', help: 'keep the attributes in this clone, in .git/info/attributes' },
    {
      name: 'pattern',
      kind: 'list',
      value: 'PATTERN',
      help: 'files that may be encrypted, as .gitattributes names them (default: *.yaml, *.yml, *.json, *.env, *.ini, and encrypted files with other names)',
    },
    { name: 'dry-run', kind: 'bool', help: 'change nothing, and say what would change' },
  ],
  completes: 'none',
  beyond: true,
  parse({ values, args }) {
    if (args.length > 0) throw new SopskitError('usage.invalid', 'git install takes no files');
    const patterns = values.list('pattern');
    const odd = patterns.find((pattern) => /^$|^!|[\n\r\0]/.test(pattern));
    if (odd !== undefined)
      throw new SopskitError(
        'usage.invalid',
        `${JSON.stringify(odd)} is no pattern that .gitattributes takes`,
        {
          hint: 'It may hold no line end, and not begin with !.',
        },
      );
    return {
      view: values.bool('redacted') ? 'redacted' : 'plaintext',
      hook: !values.bool('no-hook'),
      local: values.bool('local'),
      patterns,
      dryRun: values.bool('dry-run'),
    };
  },
  async run({ view, hook, local, patterns, dryRun }, context) {
    const { requireRepository, takeSteps } = await import('../git-setup.ts');
    const { ownProgram } = await import('../own-program.ts');
    const { planInstall } = await import('../../repository/git-setup/git-install.ts');
    const { system, terminal } = context;
    const git = await requireRepository(context);
    const { programs, isPassing } = ownProgram(system);
    const options = { programs, view, hook, localAttributes: local };
    const steps = await planInstall(system, git, patterns.length > 0 ? { ...options, patterns } : options);
    const changed = await takeSteps(steps, dryRun, context);
    if (isPassing)
      system.warn(
        'sopskit runs out of the cache of npx, which may be emptied: install it (npm install -g sopskit), and run git install again',
      );
    if (dryRun) terminal.tell('nothing was changed: this is a dry run');
    else if (!changed) terminal.tell('nothing was changed: it is all set up');
    else terminal.tell(`${local ? '' : 'commit .gitattributes; '}to take it back: sopskit git uninstall`);
    return 0;
  },
};
