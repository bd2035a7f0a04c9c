import path from 'node:path';
import type { System } from '../../system/system.ts';
import type { Git } from '../git/git.ts';
import type { InitOptions } from './init-options.ts';

/**
 * Returns the root of the repository, or the folder that becomes one: where a `.sops.yaml` lies already, in the folder or
 * above, else `newFolder`. `null`: no repository is wanted, or none can be made.
 */
export function repositoryFolder(system: System, options: InitOptions, git: Git | null): string | null {
  if (git?.top != null) return git.top;
  if (!options.git || system.processes.find('git') === null) return null;
  for (let at = options.folder; canBecomeOne(system, at); at = path.dirname(at)) {
    if (system.files.status(path.join(at, '.sops.yaml')) !== null) return at;
  }
  const folder = newFolder(system, options);
  return canBecomeOne(system, folder) ? folder : null;
}

/**
 * The folder that a new `.sops.yaml` goes to where there is no repository: the current one for a folder below it, as the
 * rule is for a part of what lies here, and `sops` looks from here.
 */
export function newFolder(system: System, { folder }: InitOptions): string {
  const here = system.files.realPath(system.files.cwd) ?? system.files.cwd;
  const isBelow =
    !path.relative(here, folder).startsWith('..') && !path.isAbsolute(path.relative(here, folder));
  return isBelow && canBecomeOne(system, here) ? here : folder;
}

/** A home folder, or the root of the disk, never becomes a repository. */
function canBecomeOne({ files }: System, folder: string): boolean {
  const home = files.home === null ? null : (files.realPath(files.home) ?? files.home);
  return folder !== home && path.dirname(folder) !== folder;
}
