import path from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { printablePath } from '../../system/path-text.ts';
import type { System } from '../../system/system.ts';
import { checkCreatable } from '../creatable.ts';
import { Git } from '../git/git.ts';
import { runGit } from '../git/git-run.ts';
import { planInstall, type SetupStep } from '../git-setup/git-install.ts';
import type { InitOptions } from './init-options.ts';
import { shownPath } from './shown-path.ts';
import type { Step } from './step.ts';

export interface GitSteps {
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
  /** Whether git refuses plaintext once the steps are done. */
  readonly hook: boolean;
}

/**
 * Plans the repository, and what `git install` sets up in it: the hook, the drivers, the attributes. Where there is no
 * repository `folder` becomes one.
 */
export async function gitSteps(
  system: System,
  options: InitOptions,
  git: Git | null,
  folder: string | null,
): Promise<GitSteps> {
  if (!options.git) return without('git is left out: nothing keeps plaintext out of a commit.');
  if (system.processes.find('git') === null)
    return without(
      'There is no git on PATH: nothing keeps plaintext out of a commit. Install it, and run init again.',
    );
  if (git !== null) return planned(system, await plan(system, git, options), git, options);
  if (folder === null)
    return without('A home folder does not become a git repository: run init in a folder of its own.');
  const make = async (): Promise<void> => void (await runGit(system, folder, ['init', '--quiet']));
  return {
    steps: [
      {
        says: `make a git repository in ${shownPath(system, folder)}`,
        run: make,
        check: () => checkCreatable(system, path.join(folder, '.git', 'config')),
      },
      ...(options.hook || options.attributes
        ? [{ says: setupText(options), run: () => inNew(system, options, folder) }]
        : []),
    ],
    notes: [],
    hook: options.hook,
  };
}

/** The hook alone, or what belongs to the drivers alone, is what the two plans differ in. */
async function plan(system: System, git: Git, options: InitOptions): Promise<SetupStep[]> {
  const { programs, hook, attributes } = options;
  const drivers = await planInstall(system, git, { programs, view: 'plaintext', hook: false });
  if (!hook) return attributes ? drivers : [];
  const all = await planInstall(system, git, { programs, view: 'plaintext', hook: true });
  return attributes ? all : all.slice(drivers.length);
}

function planned(system: System, setup: readonly SetupStep[], git: Git, options: InitOptions): GitSteps {
  if (setup.length === 0) return { steps: [], notes: [], hook: false };
  const left = setup.filter(({ kind }) => kind === 'left');
  const isDone = setup.every(({ kind }) => kind === 'kept' || kind === 'left');
  const run = async (): Promise<void> => {
    for (const step of setup) await step.run();
  };
  return {
    steps: [
      isDone
        ? { says: `git is set up in ${git.top ?? git.folder}`, run: null }
        : { says: setupText(options), run, check: () => checkSetup(system, git, setup) },
    ],
    notes: [
      ...left.map(({ says }) =>
        says.startsWith('.gitattributes')
          ? `git does not diff and merge encrypted files yet: ${says}.`
          : `The hook is not set up, and nothing keeps plaintext out of a commit: ${says}.`,
      ),
      ...outside(setup),
    ],
    hook: options.hook && left.length === 0,
  };
}

/** core.hooksPath may lead anywhere: what is written outside of the repository is named. */
function outside(setup: readonly SetupStep[]): string[] {
  return setup
    .filter(({ kind, says }) => kind === 'write' && path.isAbsolute(says))
    .map(({ says }) => `Outside of the working tree, ${printablePath(says)} is written.`);
}

function checkSetup(system: System, git: Git, setup: readonly SetupStep[]): void {
  checkUnlocked(system, git);
  for (const step of setup) step.check?.();
}

/** git leaves a lock behind when it is killed, and fails on it ever after. */
function checkUnlocked({ files }: System, { commonFolder }: Git): void {
  const lock = path.join(commonFolder, 'config.lock');
  if (files.status(lock) === null) return;
  throw new SopskitError('git.failed', 'git has locked its configuration', {
    place: { file: lock },
    hint: 'If no git is running here, remove that file.',
  });
}

async function inNew(system: System, options: InitOptions, folder: string): Promise<void> {
  const git = await Git.open(system, folder);
  if (git === null) return;
  try {
    for (const { run } of await plan(system, git, options)) await run();
  } finally {
    await git.close();
  }
}

function setupText({ hook, attributes }: InitOptions): string {
  const parts = [
    ...(hook ? ['check each commit for plaintext (pre-commit hook)'] : []),
    ...(attributes ? ['diff and merge encrypted files (.gitattributes)'] : []),
  ];
  return `let git ${parts.join(', and ')}`;
}

function without(note: string): GitSteps {
  return { steps: [], notes: [note], hook: false };
}
