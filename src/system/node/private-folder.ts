import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Environment } from '../environment.ts';
import type { PrivateFolder } from '../files.ts';
import { reasonOf } from './io-reason.ts';
import { makeOwnedName, readOwnedName } from './owned-name.ts';
import { sweep } from './sweep.ts';
import type { Termination } from './termination.ts';

/**
 * Makes a 0700 folder that is gone when this process is: in memory where there is such a place, else in the temporary
 * folder. Sweeps those that killed processes left. Throws `file.unwritable`.
 */
export function makePrivateFolder(env: Environment, termination: Termination): PrivateFolder {
  for (const parent of inMemory(env)) {
    const made = tryMake(parent);
    if (typeof made === 'string') return keepPrivate(made, termination);
  }
  const made = tryMake(os.tmpdir());
  if (typeof made === 'string') return keepPrivate(made, termination);
  throw new SopskitError(
    'file.unwritable',
    `cannot make a private folder in ${os.tmpdir()}: ${reasonOf(made.error)}`,
    {
      hint: `Set ${process.platform === 'win32' ? 'TEMP' : 'TMPDIR'} to a folder that you can write to.`,
      cause: made.error,
    },
  );
}

/** Removes the private folders in memory that killed processes left. Costs reading one or two small folders. */
export function sweepPrivateFolders(env: Environment): void {
  for (const parent of inMemory(env)) sweep(parent, 'directory', readOwnedName);
}

function inMemory(env: Environment): string[] {
  if (process.platform !== 'linux') return [];
  const runtime = env.get('XDG_RUNTIME_DIR');
  return runtime !== undefined && path.isAbsolute(runtime) ? ['/dev/shm', runtime] : ['/dev/shm'];
}

function tryMake(parent: string): string | { error: unknown } {
  const folder = path.join(parent, makeOwnedName());
  try {
    fs.mkdirSync(folder, 0o700);
  } catch (error) {
    return { error };
  }
  sweep(parent, 'directory', readOwnedName);
  return folder;
}

function keepPrivate(folder: string, termination: Termination): PrivateFolder {
  const erase = (): void => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  const forget = termination.atEnd(erase);
  return {
    path: folder,
    remove() {
      erase();
      forget();
    },
  };
}
