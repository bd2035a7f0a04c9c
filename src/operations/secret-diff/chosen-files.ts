import path from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { type SelectedFile, selectFiles } from '../../repository/selection/select.ts';
import type { System } from '../../system/system.ts';

/** A file that was chosen, and where it is in the repository. */
export interface ChosenFile extends SelectedFile {
  /** From the repository's top, parts joined by `/`; `null`: it is outside. */
  readonly inRepository: string | null;
}

/** Finds the files that words stand for. Throws `file.missing`, also for a folder without files, `file.unreadable`. */
export async function chosenFiles(
  system: System,
  words: readonly string[],
  root: string,
): Promise<readonly ChosenFile[]> {
  const { files, passedOver, empty } = await selectFiles(system, words);
  const left = passedOver.find(({ named }) => named);
  if (left !== undefined)
    throw new SopskitError('file.unreadable', `${left.reason}; nothing was compared`, {
      place: { file: left.shown },
    });
  if (files.length === 0)
    throw new SopskitError(
      'file.missing',
      `there is no file in ${empty.join(', ')}, or git ignores them all`,
    );
  const top = system.files.realPath(root) ?? root;
  return files.map((file) => ({ ...file, inRepository: within(system, top, file.path) }));
}

function within({ files }: System, top: string, file: string): string | null {
  const folder = files.realPath(path.dirname(file)) ?? path.dirname(file);
  const relative = path.relative(top, path.join(folder, path.basename(file)));
  if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) return null;
  return relative.split(path.sep).join('/');
}
