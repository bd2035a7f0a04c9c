import type { System } from '../../system/system.ts';
import type { MarkerStyle } from './conflict-text.ts';

/** The files that git hands to a merge driver, as it names them. */
export interface DriverFiles {
  readonly base: string;
  /** Also where the result goes. */
  readonly ours: string;
  readonly theirs: string;
}

/**
 * Merges lines as git does, into our file, with conflict markers where it must be. Returns whether that was clean.
 * Files that git takes for binary are left as they are, and are in conflict.
 */
export async function mergeAsGit(
  system: System,
  files: DriverFiles,
  { size, labels }: Omit<MarkerStyle, 'style'>,
): Promise<boolean> {
  const named = [labels.ours, labels.base, labels.theirs].flatMap((label) => ['-L', label]);
  const { status } = await system.processes.run('git', [
    'merge-file',
    '-q',
    `--marker-size=${size}`,
    ...named,
    files.ours,
    files.base,
    files.theirs,
  ]);
  return status === 0;
}
