import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Git } from '../../repository/git/git.ts';
import { pathBytes } from '../../system/path-text.ts';
import type { System } from '../../system/system.ts';
import { askingEnvironment } from '../git/branch.ts';
import { idTrailer, stepTrailer } from './begun.ts';
import type { Content } from './step-content.ts';
import { writeFiles } from './write-files.ts';

/** What a step's commit says of it. */
export interface CommitLabel {
  readonly id: string;
  /** From 1. */
  readonly step: number;
  readonly of: number;
  readonly message: string;
}

/**
 * Writes the files of a step and commits them, as the user would: with his name, signature and hooks. Where the commit
 * fails the files are as they were. Returns the commit. Throws `restructure.refused`, `git.*`, `file.*`.
 */
export async function commitStep(
  system: System,
  git: Git,
  edits: ReadonlyMap<string, Content>,
  label: CommitLabel,
): Promise<string> {
  const names = Buffer.concat(
    [...edits.keys()].map((file) => Buffer.concat([pathBytes(file), Buffer.of(0)])),
  );
  const list = { input: names, env: { GIT_LITERAL_PATHSPECS: '1' } };
  const fromInput = ['--pathspec-from-file=-', '--pathspec-file-nul'];
  writeFiles(system, git.top ?? git.folder, edits);
  try {
    if (edits.size > 0) await git.run(['add', '--all', '--force', ...fromInput], list);
    const env = askingEnvironment(system);
    await git.run(['commit', '--quiet', '--allow-empty', '-F', '-'], { input: messageOf(label), env });
  } catch (error) {
    if (edits.size > 0) await restore(system, git, edits, [...fromInput], list);
    throw refusedCommit(error);
  }
  return git.commit('HEAD');
}

async function restore(
  system: System,
  git: Git,
  edits: ReadonlyMap<string, Content>,
  fromInput: readonly string[],
  list: { readonly input: Uint8Array; readonly env: Readonly<Record<string, string>> },
): Promise<void> {
  await git.run(['reset', '--quiet', ...fromInput], list);
  const old = new Map<string, Content>();
  for (const file of edits.keys()) {
    const { status, stdout } = await git.run(['cat-file', 'blob', `HEAD:${file}`], { statuses: [128] });
    old.set(file, status === 0 ? stdout : null);
  }
  writeFiles(system, git.top ?? git.folder, old);
}

function messageOf({ id, step, of, message }: CommitLabel): Uint8Array {
  return Buffer.from(`${message}\n\n${idTrailer}: ${id}\n${stepTrailer}: ${step}/${of}\n`);
}

function refusedCommit(error: unknown): unknown {
  if (!(error instanceof SopskitError) || error.code !== 'git.failed') return error;
  return new SopskitError('restructure.refused', `the commit was refused: ${error.message}`, {
    hint: 'A hook of the repository, the signing key, or a missing name (git config user.name)? The files are as they were. Mend it, and run the command again.',
    cause: error,
  });
}
