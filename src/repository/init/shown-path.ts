import path from 'node:path';
import { printablePath } from '../../system/path-text.ts';
import type { System } from '../../system/system.ts';

/** As the user would type it, from the current folder; for messages. */
export function shownPath(system: System, file: string): string {
  return printablePath(typedPath(system, file));
}

/** The same for a command, not yet quoted for a shell. */
export function typedPath(system: System, file: string): string {
  const relative = path.relative(system.files.cwd, file);
  return relative.startsWith('..') || relative === '' ? file : relative;
}
