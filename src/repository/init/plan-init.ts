import { SopskitError } from '../../errors/sopskit-error.ts';
import { isOpen } from '../../keys/age/key-file.ts';
import { parseRecipient } from '../../keys/age/recipient-text.ts';
import type { System } from '../../system/system.ts';
import { shellWord } from '../check/shell-word.ts';
import { Git } from '../git/git.ts';
import { configStep } from './config-step.ts';
import type { NamedRecipient } from './config-text.ts';
import { gitSteps } from './git-steps.ts';
import { ignoreStep } from './ignore-step.ts';
import type { InitOptions } from './init-options.ts';
import { nextSteps } from './next-steps.ts';
import { closedIdentities, type OwnKey, ownKey, withKeyHint } from './own-key.ts';
import { newFolder, repositoryFolder } from './repository-folder.ts';
import { shownPath } from './shown-path.ts';
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
    const key = await ownKey(system, options).catch((error: unknown) => {
      throw withKeyHint(error);
    });
    const recipients = recipientsOf(key, options);
    const config = await configStep(system, options, recipients, top, top ?? newFolder(system, options));
    const needsKey = config.missing || config.steps.some(({ run }) => run !== null);
    if (recipients.length === 0 && needsKey) throw nobody(await closedIdentities(system)); // no rule yet, and none could be made
    const ignore = top === null ? null : await ignoreStep(system, top, git, key?.file ?? null);
    const setup = await gitSteps(system, options, git, top);
    const steps = [keyStep(system, key), ...config.steps, ignore?.step ?? null, ...setup.steps];
    return {
      steps: steps.filter((step): step is Step => step !== null),
      notes: [...(await keyNotes(system, key)), ...config.notes, ...(ignore?.notes ?? []), ...setup.notes],
      next: nextSteps(system, {
        key,
        example: config.example,
        commits: await uncommitted(git),
        top: git?.top ?? null,
        hook: setup.hook,
      }),
      newConfig: config.isNew,
      missingRule: config.missing,
    };
  } finally {
    await git?.close();
  }
}

/** What `init` writes and git does not have yet, from the root of the repository. */
async function uncommitted(git: Git | null): Promise<string[]> {
  if (git === null || git.top === null) return [];
  const names = ['.sops.yaml', '.gitattributes', '.gitignore'];
  const { text } = await git.run(['status', '--porcelain', '--untracked-files=all', '--', ...names]);
  return names.filter((name) => text.split('\n').some((line) => line.slice(3) === name));
}

function recipientsOf(key: OwnKey | null, { recipients, keyName }: InitOptions): NamedRecipient[] {
  const own = key === null ? [] : [{ recipient: key.recipient, name: keyName, isNew: key.save !== null }];
  const others = [...new Set(recipients)].filter((recipient) => recipient !== key?.recipient);
  return [...own, ...others.map((recipient) => ({ recipient, name: null }))];
}

function keyStep(system: System, key: OwnKey | null): Step | null {
  if (key === null) return null;
  if (key.save !== null) {
    const check = key.check === null ? {} : { check: key.check };
    return { says: `make an age key in ${shownPath(system, key.place)}`, run: key.save, ...check };
  }
  return { says: `your age key is ${key.recipient} (${shownPath(system, key.place)})`, run: null };
}

async function keyNotes(system: System, key: OwnKey | null): Promise<string[]> {
  if (key?.file != null && key.homeless)
    return [`HOME is not set: without it sops does not look for ${shownPath(system, key.file)}.`];
  if (key?.file != null && isOpen(system, key.file))
    return [
      `${shownPath(system, key.file)} can be read by others of this machine: chmod 600 ${shellWord(key.file)}`,
    ];
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
