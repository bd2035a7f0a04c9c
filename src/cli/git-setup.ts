import { SopskitError } from '../errors/sopskit-error.ts';
import type { Git } from '../repository/git/git.ts';
import type { SetupStep } from '../repository/git-setup/git-install.ts';
import type { CommandContext } from './command.ts';

/** Opens the repository that the user stands in, with a working tree. Throws `git.no-repository`, `git.missing`. */
export async function requireRepository({ system }: CommandContext): Promise<Git> {
  const { Git } = await import('../repository/git/git.ts');
  const { requireGit } = await import('../repository/git/git-run.ts');
  requireGit(system);
  const git = await Git.open(system, system.files.cwd);
  if (git?.top != null) return git;
  await git?.close();
  throw new SopskitError(
    'git.no-repository',
    git === null ? 'this folder is in no git repository' : 'this repository has no working tree',
    {
      hint:
        git === null
          ? 'Make one with `git init`, or go into one.'
          : 'Set git up in the clone that you work in.',
    },
  );
}

const verbs: Readonly<Record<SetupStep['kind'], string>> = {
  set: 'set   ',
  write: 'write ',
  remove: 'remove',
  kept: 'as is ',
  left: 'left  ',
};

/**
 * Carries the steps out, unless it is a dry run, and then prints them: a reader that goes away stops nothing half-way.
 * Returns whether there was anything to change.
 */
export async function takeSteps(
  steps: readonly SetupStep[],
  dryRun: boolean,
  { terminal }: CommandContext,
): Promise<boolean> {
  const taken: string[] = [];
  if (!dryRun) for (const step of steps) step.check?.();
  try {
    for (const step of steps) {
      if (!dryRun) await step.run();
      taken.push(`${verbs[step.kind]} ${step.says}\n`);
    }
  } finally {
    terminal.write(taken.join(''));
  }
  return steps.some(({ kind }) => kind !== 'kept' && kind !== 'left');
}

/**
 * Refuses a commit of conflicts that nobody has settled (`git.unresolved`), and removes the records of those that are no
 * longer there. That the latter fails is no reason to refuse what the user is doing.
 */
export async function refuseUnsettled({ system }: CommandContext): Promise<void> {
  const { Git } = await import('../repository/git/git.ts');
  const git = await Git.open(system, system.files.cwd);
  if (git === null) return;
  const { ConflictRecords } = await import('../repository/merge/conflict-record.ts');
  try {
    const records = new ConflictRecords(system.files, git.folder);
    if (records.isEmpty) return;
    const { filesInConflict } = await import('../repository/merge/staged-versions.ts');
    const { notSettled, unsettledFiles } = await import('../repository/merge/unsettled.ts');
    const unsettled = await unsettledFiles(git, system.files);
    records.sweep([...(await filesInConflict(git)), ...unsettled]);
    if (unsettled.length > 0) throw notSettled(unsettled);
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code === 'git.unresolved') throw error;
    system.warn(`the records of conflicts could not be looked at: ${error.message}`);
  } finally {
    await git.close();
  }
}
