import { SopskitError } from '../../errors/sopskit-error.ts';
import type { System } from '../../system/system.ts';
import type { Git } from '../git/git.ts';

/** Returns the repository. Throws `git.missing` and `git.no-repository`, saying which flag needs one. */
export function requireGit(system: System, git: Git | null, flag: string): Git {
  if (git !== null) return git;
  if (system.processes.find('git') === null)
    throw new SopskitError(
      'git.missing',
      `${flag} needs the program git, which is not installed, or not on PATH`,
      { hint: 'Install git, or check the folder without the flag.' },
    );
  throw new SopskitError(
    'git.no-repository',
    `${flag} looks into a git repository, and this folder is in none`,
    { hint: 'Run it in the repository, or check the folder without the flag.' },
  );
}
