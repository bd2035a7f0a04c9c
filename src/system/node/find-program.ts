import fs from 'node:fs';
import path from 'node:path';
import type { Environment } from '../environment.ts';

/**
 * Finds a program as a shell would: a name on PATH, a path (with a separator in it) as it is. Relative PATH entries
 * are passed over, as Go's `exec` does: a program must not come from the folder one happens to stand in.
 */
export function findProgram(program: string, env: Environment): string | null {
  if (program === '') return null;
  const names = candidates(program, env);
  if (program.includes('/') || program.includes(path.sep))
    return firstRunnable(names.map((name) => path.resolve(name)));
  const folders = (env.get('PATH') ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return firstRunnable(folders.flatMap((folder) => names.map((name) => path.join(folder, name))));
}

function candidates(program: string, env: Environment): string[] {
  if (process.platform !== 'win32') return [program];
  const extensions = (env.get('PATHEXT') ?? '.COM;.EXE;.BAT;.CMD')
    .split(';')
    .filter((extension) => extension !== '');
  const complete = extensions.some((extension) => program.toLowerCase().endsWith(extension.toLowerCase()));
  return complete ? [program] : extensions.map((extension) => program + extension);
}

function firstRunnable(files: readonly string[]): string | null {
  return files.find(isRunnable) ?? null;
}

function isRunnable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
