import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Git } from '../git/git.ts';
import type { Snapshot } from '../snapshot.ts';
import { commitSnapshot } from '../snapshots.ts';
import { readOrTell } from './read-or-tell.ts';
import type { Scene } from './scene.ts';
import type { Target, TargetFile } from './target.ts';

/**
 * Every file version that the commits of a range bring in, each once. Configuration and waivers are those at the end of
 * the range: what somebody waived or mended since is not told again.
 */
export async function historyTarget(git: Git, range: string): Promise<Target> {
  return {
    scope: { kind: 'history' },
    snapshot: await snapshotAt(git, endOf(range)),
    files: (scene) => filesOf(git, range, scene),
    close: () => git.close(),
  };
}

async function snapshotAt(git: Git, revision: string): Promise<Snapshot> {
  try {
    return await commitSnapshot(git, revision);
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code !== 'git.failed') throw error;
    throw new SopskitError('git.failed', `there is no commit ${revision}`, {
      hint: 'Check the range with git log; a new repository has no commits yet, and a shallow clone lacks old ones (git fetch --unshallow).',
      cause: error,
    });
  }
}

/** `B` of `A..B` and `A...B`; `HEAD` where it is left out, and for what is no range of two. */
function endOf(range: string): string {
  if (range.startsWith('-')) return 'HEAD';
  const parts = range.split(/\.{2,3}/);
  return parts.at(-1) || 'HEAD';
}

async function* filesOf(git: Git, range: string, scene: Scene): AsyncGenerator<TargetFile> {
  const seen = new Set<string>();
  for await (const { commit, file } of git.changes(range)) {
    const { path, kind, blob } = file;
    if (kind !== 'file' || blob === null || seen.has(`${blob} ${path}`)) continue;
    seen.add(`${blob} ${path}`);
    yield { path, commit, read: () => readOrTell(() => git.blob(blob), { file: path, commit }, scene) };
  }
}
