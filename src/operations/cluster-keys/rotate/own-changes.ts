import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { KeySource } from '../../../keys/key-source.ts';
import type { Git } from '../../../repository/git/git.ts';
import { commitSnapshot, workSnapshot } from '../../../repository/snapshots.ts';
import { printablePath } from '../../../system/path-text.ts';
import type { System } from '../../../system/system.ts';
import { changesOf } from '../../git/changes-of.ts';
import { replaceInConfig } from './config-text.ts';
import { isSamePlaintext } from './rekey-files.ts';

/** What a rotation changes, or changed, in the working tree; paths from the top. */
export interface Touched {
  readonly old: string;
  /** `null`: it is not made yet, so that nothing can be changed. */
  readonly fresh: string | null;
  /** `.sops.yaml` files, and encrypted files, that name one of the two. */
  readonly configurations: readonly string[];
  readonly files: readonly string[];
  /** Those of both that name the old one still. */
  readonly open: ReadonlySet<string>;
}

/**
 * Returns the files whose changes are the rotation's and are not committed. Throws `cluster-key.refused` for changes of
 * somebody else in files that the rotation's commit would have: it would take them along.
 */
export async function ownChanges(
  system: System,
  git: Git,
  touched: Touched,
  sources: readonly KeySource[],
): Promise<readonly string[]> {
  const paths = new Set([...touched.configurations, ...touched.files]);
  const configurations = new Set(touched.configurations);
  const changes = (await changesOf(git)).filter(({ path }) => paths.has(path));
  const own: string[] = [];
  const strange: string[] = [];
  let isAnyNew = false;
  const head = changes.length === 0 ? null : await headOf(git);
  const work = workSnapshot(system, git.top ?? git.folder, git);
  for (const { path, isNew, isUnmerged } of changes) {
    const before = isNew || isUnmerged || head === null ? null : await head.read(path);
    const now = await work.read(path);
    // what is new, and made for the new key, was never the old one's: it is somebody's own, and none of ours
    if (isNew && !touched.open.has(path)) continue;
    const { old, fresh } = touched;
    const isOurs =
      before !== null &&
      now !== null &&
      fresh !== null &&
      !touched.open.has(path) &&
      (configurations.has(path)
        ? isReplaced(before, now, old, fresh)
        : await isSamePlaintext(system, path, [before, now], sources));
    (isOurs ? own : strange).push(path);
    isAnyNew ||= isNew && !isOurs;
  }
  if (strange.length > 0) throw refused(strange, isAnyNew);
  return own;
}

async function headOf(git: Git): Promise<Awaited<ReturnType<typeof commitSnapshot>> | null> {
  try {
    return await commitSnapshot(git, 'HEAD');
  } catch (error) {
    if (error instanceof SopskitError && error.code === 'git.failed') return null;
    throw error;
  }
}

function isReplaced(before: Uint8Array, now: Uint8Array, old: string, fresh: string): boolean {
  const wanted = replaceInConfig(before, old, fresh);
  return wanted !== null && Buffer.compare(wanted, now) === 0;
}

/** `isAnyNew`: files are among them that git does not know, and does not stash by itself. */
function refused(paths: readonly string[], isAnyNew: boolean): SopskitError {
  const shown = paths.slice(0, 5).map(printablePath).join(', ');
  const more = paths.length > 5 ? ` and ${paths.length - 5} more` : '';
  return new SopskitError(
    'cluster-key.refused',
    `changes that are not committed are in files that the rotation changes: ${shown}${more}`,
    {
      hint: `They would be in its commit. Commit them first, or put them aside: git stash${isAnyNew ? ' -u' : ''}.`,
    },
  );
}
