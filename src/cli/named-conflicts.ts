import { basename, dirname, join, relative, sep } from 'node:path';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { Git } from '../repository/git/git.ts';
import { filesInConflict } from '../repository/merge/staged-versions.ts';
import { compileGlob, isGlob } from '../repository/selection/glob.ts';
import type { CommandContext } from './command.ts';
import { absolute } from './streams.ts';

/** A file that was named, itself or by a folder or a glob. */
export interface NamedConflict {
  /** From the top of the working tree, parts joined by `/`. */
  readonly path: string;
  /** As the user typed it; `null` where a folder or a glob stands for it. */
  readonly typed: string | null;
}

/**
 * Finds the files that words of a command line name: a file from the current folder, or else from the top, as the merge
 * driver prints it; a folder or a glob stands for all files in conflict below it. Throws `git.no-repository`,
 * `git.no-conflict`.
 */
export async function namedConflicts(
  words: readonly string[],
  git: Git,
  context: CommandContext,
): Promise<readonly NamedConflict[]> {
  const inConflict = await filesInConflict(git);
  const found = new Map<string, NamedConflict>();
  for (const word of words)
    for (const named of await conflictsOf(word, inConflict, git, context)) found.set(named.path, named);
  return [...found.values()];
}

async function conflictsOf(
  word: string,
  inConflict: readonly string[],
  git: Git,
  context: CommandContext,
): Promise<readonly NamedConflict[]> {
  const { files } = context.system;
  const path = pathInTree(word, git, context);
  if (inConflict.includes(path)) return [{ path, typed: word }];
  const kind = files.kindOf(absolute(context.system, word));
  const fromTop = word.replace(/^\.\//, '');
  if (kind === null && (inConflict.includes(fromTop) || files.kindOf(join(git.top ?? '', fromTop)) !== null))
    return [{ path: fromTop, typed: null }];
  const isFolder = kind === 'directory';
  if (!isFolder && (kind !== null || !isGlob(word))) return [{ path, typed: word }];
  const glob = isFolder ? null : await compileGlob(path);
  const below = inConflict.filter((file) =>
    glob === null ? path === '' || file.startsWith(`${path}/`) : glob.matches(file),
  );
  if (below.length > 0) return below.map((file) => ({ path: file, typed: null }));
  throw new SopskitError('git.no-conflict', `no file is in conflict ${isFolder ? 'below' : 'for'} ${word}`, {
    hint: '`git status` lists the files that are: "both modified", "both added".',
  });
}

/** The path as git has it; links in the folders above are followed, one at its end is not. */
function pathInTree(file: string, { top }: Git, { system }: CommandContext): string {
  if (top === null)
    throw new SopskitError('git.no-repository', 'this repository has no working tree', { place: { file } });
  const path = absolute(system, file);
  const folder = system.files.realPath(dirname(path)) ?? dirname(path);
  const inside = relative(top, join(folder, basename(path)));
  if (inside.startsWith('..'))
    throw new SopskitError('git.no-repository', 'the file lies outside of this repository', {
      place: { file },
    });
  return inside.split(sep).join('/');
}
