import { resolve, sep } from 'node:path';
import { byNode, onPath, type ShellProgram } from '../repository/git-setup/shell-program.ts';
import type { System } from '../system/system.ts';

export interface OwnProgram {
  /** The first is for what runs often; the others are for where that is not found. */
  readonly programs: readonly [ShellProgram, ...ShellProgram[]];
  /** Whether it runs out of npx's cache, which may be emptied at any time. */
  readonly isPassing: boolean;
}

/**
 * How git can call the sopskit that runs now: by its name where it is installed on PATH, else by the script and the Node
 * of this process. A folder that npm or npx put on PATH for this run only does not count.
 */
export function ownProgram({ processes, files }: System): OwnProgram {
  const script = process.argv[1] === undefined ? null : resolve(process.argv[1]);
  const real = script === null ? null : (files.realPath(script) ?? script);
  const byScript = real === null ? [] : [byNode(process.execPath, real)];
  const found = processes.find('sopskit');
  const isInstalled = found !== null && !isPassing(found) && !found.includes(`node_modules${sep}.bin`);
  if (isInstalled) return { programs: [onPath('sopskit'), ...byScript], isPassing: false };
  const [first = onPath('sopskit')] = byScript;
  return { programs: [first], isPassing: real !== null && isPassing(real) };
}

function isPassing(path: string): boolean {
  return path.includes(`${sep}_npx${sep}`);
}
