import { SopskitError } from '../../../errors/sopskit-error.ts';
import { shellWord } from '../../../repository/check/shell-word.ts';
import type { Git } from '../../../repository/git/git.ts';
import { pathBytes } from '../../../system/path-text.ts';
import type { System } from '../../../system/system.ts';
import { askingEnvironment } from '../../git/branch.ts';
import { changesOf } from '../../git/changes-of.ts';

/** The commit of a rotation. */
export interface RotationCommit {
  /** From the top. */
  readonly files: readonly string[];
  readonly message: string;
  /** What a user types to make it. */
  readonly commands: readonly string[];
}

/** Whether a commit with this subject was made by a rotation. */
export function isRotation(subject: string): boolean {
  return /^Rotate the age key …[a-z0-9]{8} to …[a-z0-9]{8}$/.test(subject);
}

/** As many paths as a command that is shown has. */
const shownPaths = 20;

/** Describes the commit of what a rotation has changed; `null`: git has it all. */
export async function rotationCommit(
  git: Git,
  own: ReadonlySet<string>,
  { old, fresh }: { readonly old: string; readonly fresh: string },
): Promise<RotationCommit | null> {
  const changes = (await changesOf(git)).filter(({ isNew }) => !isNew);
  const files = changes.map(({ path }) => path).filter((path) => own.has(path));
  if (files.length === 0) return null;
  const subject = `Rotate the age key …${old.slice(-8)} to …${fresh.slice(-8)}`;
  const message = `${subject}\n\nReplaces the recipient ${old}\nby ${fresh}, with new data keys.\n`;
  const paths =
    changes.length === files.length
      ? ' -a'
      : files.length <= shownPaths
        ? ` -- ${files.map(shellWord).join(' ')}`
        : null;
  const begin = `git -C ${shellWord(git.top ?? git.folder)} commit -m ${shellWord(subject)}`;
  return { files, message, commands: paths === null ? [] : [`${begin}${paths}`] };
}

/**
 * Makes the commit, of its files alone, as the user would: with his name, signature and hooks. What else is staged stays
 * so. Returns the commit's id. Throws `cluster-key.refused` where a hook, the signing or git refuses it.
 */
export async function commitRotation(
  system: System,
  git: Git,
  { files, message }: RotationCommit,
): Promise<string> {
  const input = Buffer.concat(files.map((file) => Buffer.concat([pathBytes(file), Buffer.of(0)])));
  const env = { ...askingEnvironment(system), GIT_LITERAL_PATHSPECS: '1' };
  try {
    const paths = ['--pathspec-from-file=-', '--pathspec-file-nul'];
    await git.run(['commit', '--quiet', '--only', '-m', message, ...paths], { input, env });
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code !== 'git.failed') throw error;
    throw new SopskitError('cluster-key.refused', `the commit was refused: ${error.message}`, {
      hint: 'A hook of the repository, the signing key, or a missing name (git config user.name)? The files are re-keyed. Mend it, and run the same command again, which goes on.',
      cause: error,
    });
  }
  return git.commit('HEAD');
}
