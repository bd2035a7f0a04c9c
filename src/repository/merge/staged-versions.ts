import { SopskitError } from '../../errors/sopskit-error.ts';
import { printablePath } from '../../system/path-text.ts';
import { shellWord } from '../check/shell-word.ts';
import type { Git, IndexFile } from '../git/git.ts';
import { asArgument } from './conflict-record.ts';
import type { Versions } from './merge-files.ts';

export interface StagedVersions {
  /** As git has it. */
  readonly path: string;
  readonly versions: Versions;
  /** Whether somebody added the file to the index since the merge: git takes the conflict for settled then. */
  readonly isAdded: boolean;
}

/**
 * The versions of a file that is in conflict, or was until somebody added it. Throws `git.no-conflict` where the index
 * does not have both sides.
 */
export async function stagedVersions(git: Git, named: string): Promise<StagedVersions> {
  const isNamed = (file: IndexFile): boolean => file.path === named || asArgument(file.path) === named;
  const current = (await git.indexFiles()).filter((file) => file.stage > 0 && isNamed(file));
  const stages = current.length > 0 ? current : (await git.settledFiles()).filter(isNamed);
  const [first] = stages;
  if (first === undefined) throw notInConflict(named);
  const blob = async (stage: number): Promise<Uint8Array | null> => {
    const id = stages.find((file) => file.stage === stage)?.blob ?? null;
    return id === null ? null : git.blob(id);
  };
  const [base, ours, theirs] = [await blob(1), await blob(2), await blob(3)];
  if (ours === null || theirs === null) throw oneSided(first.path, stages);
  return {
    path: first.path,
    versions: { base: base ?? new Uint8Array(0), ours, theirs },
    isAdded: current.length === 0,
  };
}

/** The paths that the index has in conflict. */
export async function filesInConflict(git: Git): Promise<string[]> {
  const files = (await git.indexFiles()).filter(({ stage }) => stage > 0);
  return [...new Set(files.map(({ path }) => path))];
}

export function notInConflict(path: string): SopskitError {
  return new SopskitError('git.no-conflict', `${printablePath(path)} is not in conflict`, {
    hint: `If it was, and was added to the index: git checkout --merge -- ${shellWord(path)} brings the conflict back. \`git status\` lists the files that are in conflict: "both modified", "both added".`,
  });
}

function oneSided(path: string, stages: readonly IndexFile[]): SopskitError {
  const name = printablePath(path);
  const has = (stage: number): boolean => stages.some((file) => file.stage === stage);
  const hint = `To keep it: git add ${shellWord(path)}. To remove it: git rm ${shellWord(path)}.`;
  if (has(1) && (has(2) || has(3)))
    return new SopskitError(
      'git.no-conflict',
      `one side removed ${name}, the other changed it; there is nothing to merge`,
      { hint },
    );
  return new SopskitError(
    'git.no-conflict',
    `${name} is there on one side only, because the sides renamed it differently; there is nothing to merge`,
    { hint: `\`git status\` lists all its names. ${hint}` },
  );
}
