import fs from 'node:fs';
import { posix, win32 } from 'node:path';
import type { Environment } from '../environment.ts';

/**
 * Finds a program as a shell would: a name on PATH, a path (with a separator in it) as it is. Relative PATH entries
 * are passed over, as Go's `exec` does: a program must not come from the folder one happens to stand in.
 */
export function findProgram(
  program: string,
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): string | null {
  return programCandidates(program, env, platform).find(isRunnable) ?? null;
}

/** The files that may be the program, in the order in which a shell would try them. */
export function programCandidates(program: string, env: Environment, platform: NodeJS.Platform): string[] {
  if (program === '') return [];
  const windows = platform === 'win32';
  const path = windows ? win32 : posix;
  const names = windows ? withExtensions(program, env) : [program];
  if (program.includes('/') || program.includes(path.sep)) return names.map((name) => path.resolve(name));
  const entries = (env.get('PATH') ?? '').split(path.delimiter);
  // Windows lets an entry stand in quotes
  const folders = windows ? entries.map((entry) => entry.replaceAll('"', '')) : entries;
  return folders
    .filter((folder) => path.isAbsolute(folder))
    .flatMap((folder) => names.map((name) => path.join(folder, name)));
}

function withExtensions(program: string, env: Environment): string[] {
  const extensions = (env.get('PATHEXT') || '.COM;.EXE;.BAT;.CMD')
    .split(';')
    .filter((extension) => extension !== '');
  const complete = extensions.some((extension) => program.toLowerCase().endsWith(extension.toLowerCase()));
  return complete ? [program] : extensions.map((extension) => program + extension);
}

function isRunnable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
