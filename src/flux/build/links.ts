import path from 'node:path';
import { printablePath } from '../../system/path-text.ts';
import { parentOf } from './artifact.ts';
import type { SourceTree } from './source-tree.ts';

/** What to do about a path that leads over a symbolic link, which no artifact has; `null`: it does not. */
export function linkFix(tree: SourceTree, place: string): string | null {
  const links = new Set(tree.files.flatMap((file) => (file.kind === 'symlink' ? [file.path] : [])));
  for (let at = path.posix.normalize(place); at !== '' && at !== '.'; at = parentOf(at)) {
    if (links.has(at))
      return `${printablePath(at)} is a symbolic link, and source-controller leaves links out of the artifact: commit what it leads to in its place, or name that directly.`;
  }
  return null;
}
