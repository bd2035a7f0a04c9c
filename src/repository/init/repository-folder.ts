import path from 'node:path';
import type { System } from '../../system/system.ts';
import type { Git } from '../git/git.ts';
import type { InitOptions } from './init-options.ts';

/**
 * Returns the root of the repository, or the folder that becomes one: where a `.sops.yaml` lies already, in the folder or
 * above, else the folder itself. `null`: no repository is wanted, or none can be made.
 */
export function repositoryFolder(system: System, options: InitOptions, git: Git | null): string | null {
  if (git?.top != null) return git.top;
  if (!options.git || system.processes.find('git') === null) return null;
  for (let at = options.folder; canBecomeOne(system, at); at = path.dirname(at)) {
    if (system.files.status(path.join(at, '.sops.yaml')) !== null) return at;
  }
  return canBecomeOne(system, options.folder) ? options.folder : null;
}

/** A home folder, or the root of the disk, never becomes a repository. */
function canBecomeOne({ files }: System, folder: string): boolean {
  const home = files.home === null ? null : (files.realPath(files.home) ?? files.home);
  return folder !== home && path.dirname(folder) !== folder;
}
