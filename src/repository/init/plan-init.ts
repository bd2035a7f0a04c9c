import path from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { parseRecipient } from '../../keys/age/recipient-text.ts';
import type { System } from '../../system/system.ts';
import { Git } from '../git/git.ts';
import { configStep, shownPath, typedPath } from './config-step.ts';
import type { NamedRecipient } from './config-text.ts';
import { gitSteps } from './git-steps.ts';
import { ignoreStep } from './ignore-step.ts';
import type { InitOptions } from './init-options.ts';
import { nextSteps } from './next-steps.ts';
import { closedIdentities, type OwnKey, ownKey } from './own-key.ts';
import { repositoryFolder } from './repository-folder.ts';
import type { InitPlan, Step } from './step.ts';

/** What was planned, and whether a rule is missing that `addRule` would add. */
export interface PlannedInit extends InitPlan {
  /** Whether a new `.sops.yaml` is written, so that it is to be decided who can decrypt. */
  readonly newConfig: boolean;
  readonly missingRule: boolean;
}

/**
 * Finds out what a folder needs to hold secrets: a key, a `.sops.yaml`, git that refuses plaintext. Writes nothing.
 * Throws `key.none` where nobody could open the files, `key.invalid` for a recipient, `config.*`, `git.failed`,
 * `git.no-repository` for a repository without a working tree.
 */
export async function planInit(system: System, options: InitOptions): Promise<PlannedInit> {
  for (const recipient of options.recipients) parseRecipient(recipient);
  const git = options.git ? await Git.open(system, options.folder) : null;
  try {
    if (git !== null && git.top === null) throw bare();
    const top = repositoryFolder(system, options, git);
    const key = await ownKey(system, options);
    const recipients = recipientsOf(key, options);
    const config = await configStep(system, options, recipients, top);
    if (recipients.length === 0 && config.step?.run !== null) throw nobody(await closedIdentities(system)); // no rule yet, and none could be made
    const ignore = top === null ? null : await ignoreStep(system, top, git, key?.file ?? null);
    const setup = await gitSteps(system, options, git, top);
    const steps = [keyStep(system, key), config.step, ignore?.step ?? null, ...setup.steps];
    return {
      steps: steps.filter((step): step is Step => step !== null),
      notes: [...(await keyNotes(system, key)), ...config.notes, ...(ignore?.notes ?? []), ...setup.notes],
      next: nextSteps(system, {
        key,
        example: config.example,
        commits: await uncommitted(system, git),
        hook: setup.hook,
      }),
      newConfig: config.isNew,
      missingRule: config.missing && config.step === null,
    };
  } finally {
    await git?.close();
  }
}

/** What `init` writes and git does not have yet. */
async function uncommitted(system: System, git: Git | null): Promise<string[]> {
  const top = git?.top;
  if (git === null || top == null) return [];
  const names = ['.sops.yaml', '.gitattributes', '.gitignore'];
  const { text } = await git.run(['status', '--porcelain', '--untracked-files=all', '--', ...names]);
  return names
    .filter((name) => text.split('\n').some((line) => line.slice(3) === name))
    .map((name) => typedPath(system, path.join(top, name)));
}

function recipientsOf(key: OwnKey | null, { recipients, keyName }: InitOptions): NamedRecipient[] {
  const own = key === null ? [] : [{ recipient: key.recipient, name: keyName, isNew: key.save !== null }];
  const others = [...new Set(recipients)].filter((recipient) => recipient !== key?.recipient);
  return [...own, ...others.map((recipient) => ({ recipient, name: null }))];
}

function keyStep(system: System, key: OwnKey | null): Step | null {
  if (key === null) return null;
  if (key.save !== null) return { says: `make an age key in ${shownPath(system, key.place)}`, run: key.save };
  return { says: `your age key is ${key.recipient} (${shownPath(system, key.place)})`, run: null };
}

async function keyNotes(system: System, key: OwnKey | null): Promise<string[]> {
  if (key !== null) return [];
  const closed = await closedIdentities(system);
  if (closed.length > 0)
    return [
      `There is a key here (${closed.join(', ')}) whose public half cannot be told: is it among those of --age?`,
    ];
  return [
    'There is no age key of yours here: you will not be able to open the files. --generate-key makes one.',
  ];
}

function bare(): SopskitError {
  return new SopskitError(
    'git.no-repository',
    'this is a git folder, or a repository without a working tree',
    {
      hint: 'Run init where the repository is checked out.',
    },
  );
}

function nobody(closed: readonly string[]): SopskitError {
  if (closed.length > 0) {
    return new SopskitError(
      'key.none',
      `there is a key here (${closed.join(', ')}), but its public half cannot be told`,
      {
        hint: 'Give it with --age age1…, or let another key be made: --generate-key.',
      },
    );
  }
  return new SopskitError('key.none', 'there is no key to encrypt for: nobody could open the files', {
    hint: 'Give the public half of a key (--age age1…), or leave out --no-generate-key.',
  });
}
