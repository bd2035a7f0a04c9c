import path from 'node:path';
import type { System } from '../../system/system.ts';

/**
 * The absolute folder that the user is in, from which paths in commands have to start. git runs hooks and aliases at the
 * top of the working tree (`root`), and says in GIT_PREFIX where it was called.
 */
export function userFolder({ files, env }: System, root: string): string {
  const prefix = env.get('GIT_PREFIX') ?? '';
  const top = files.realPath(root) ?? root;
  if (prefix === '' || path.isAbsolute(prefix) || (files.realPath(files.cwd) ?? files.cwd) !== top)
    return files.cwd;
  const folder = path.resolve(files.cwd, prefix);
  const below = path.relative(files.cwd, folder);
  return below.startsWith('..') || files.kindOf(folder) !== 'directory' ? files.cwd : folder;
}
