import path from 'node:path';
import { findConfig, requestedConfig } from '../config/find.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { Files } from '../system/files.ts';
import type { System } from '../system/system.ts';
import { Git } from './git/git.ts';
import { workSnapshot } from './snapshots.ts';

const names: readonly string[] = ['.sops.yaml', '.sops.yml'];

/**
 * Returns the configurations that are meant: the named files, and all in named folders; `--config`, `SOPS_CONFIG`; without
 * any of these all of the repository, or outside git the nearest one. A `.sops.yml` counts for want of a `.sops.yaml`
 * beside it. Throws `config.missing`.
 */
export async function configurationsToLint(
  system: System,
  named: readonly string[],
  flag: string | null,
): Promise<readonly string[]> {
  if (named.length > 0) {
    const found: string[] = [];
    for (const word of named) found.push(...(await configurationsAt(system, word)));
    return [...new Map(found.map((file) => [path.resolve(system.files.cwd, file), file])).values()];
  }
  const asked = requestedConfig(flag ?? undefined, system.env);
  if (asked !== null) return [asked];
  const all = await configurationsOfRepository(system);
  const nearest = findConfig(system.files).path ?? misnamed(system.files);
  if (all.length > 0) return all;
  if (nearest !== null) return [nearest];
  throw new SopskitError('config.missing', 'there is no .sops.yaml here or in a folder above', {
    hint: 'Name the file, or make one: sopskit init.',
  });
}

async function configurationsAt(system: System, word: string): Promise<readonly string[]> {
  if (system.files.status(word)?.kind !== 'directory') return [word];
  const found = await configurationsBelow(system, path.resolve(system.files.cwd, word));
  if (found.length > 0) return found;
  throw new SopskitError('config.missing', `there is no .sops.yaml in ${word}`, {
    hint: 'Name another folder, or a file.',
  });
}

async function configurationsOfRepository(system: System): Promise<readonly string[]> {
  const git = await openGit(system, system.files.cwd);
  await git?.close();
  return git === null || git.top === null ? [] : configurationsBelow(system, git.top);
}

/** The configurations in a folder and below it; all paths are absolute. */
async function configurationsBelow(system: System, folder: string): Promise<readonly string[]> {
  const git = await openGit(system, folder);
  try {
    const files = await workSnapshot(system, folder, git).list();
    const all = files.map((file) => file.path).filter((file) => names.includes(path.posix.basename(file)));
    const right = all.filter((file) => file.endsWith('.yaml'));
    const wrong = all.filter(
      (file) => !file.endsWith('.yaml') && !all.includes(file.replace(/yml$/, 'yaml')),
    );
    return [...right, ...wrong]
      .sort((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1))
      .map((file) => path.join(folder, file));
  } finally {
    await git?.close();
  }
}

/** git is not needed to read files: where it fails, there is none. */
export async function openGit(system: System, folder: string): Promise<Git | null> {
  try {
    return await Git.open(system, folder);
  } catch (error) {
    if (error instanceof SopskitError) return null;
    throw error;
  }
}

function misnamed(files: Files): string | null {
  let folder = files.cwd;
  for (;;) {
    const file = path.join(folder, '.sops.yml');
    if (files.status(file)?.kind === 'file') return path.relative(files.cwd, file);
    const above = path.dirname(folder);
    if (above === folder) return null;
    folder = above;
  }
}
