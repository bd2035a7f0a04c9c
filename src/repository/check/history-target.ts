import path from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { System } from '../../system/system.ts';
import type { Git } from '../git/git.ts';
import type { Snapshot } from '../snapshot.ts';
import { commitSnapshot } from '../snapshots.ts';
import { readOrTell } from './read-or-tell.ts';
import type { Scene } from './scene.ts';
import type { Target, TargetFile } from './target.ts';
import { shallow } from './target-findings.ts';

/**
 * Every file version that the commits of a range bring in, each once. Configuration and waivers are those at the end of
 * the range: what somebody waived or mended since is not told again.
 */
export async function historyTarget(system: System, git: Git, range: string): Promise<Target> {
  const versions = new Map<string, TargetFile[]>();
  return {
    scope: { kind: 'history', versions: (file) => versions.get(file) ?? [] },
    snapshot: await snapshotAt(git, endOf(range)),
    async *files(scene) {
      const commits = new Set<string>();
      for await (const file of filesOf(git, range, scene)) {
        const known = versions.get(file.path);
        if (known === undefined) versions.set(file.path, [file]);
        else known.push(file);
        if (file.commit !== null) commits.add(file.commit);
        yield file;
      }
      tellCut(system, git, commits, scene);
    },
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

/** Tells that a clone lacks the parents of a commit, so that what they brought in was not looked at. */
function tellCut(system: System, git: Git, commits: ReadonlySet<string>, scene: Scene): void {
  const bytes = system.files.read(path.join(git.commonFolder, 'shallow'));
  const boundary = bytes === null ? [] : Buffer.from(bytes).toString('latin1').split('\n');
  const cut = boundary.find((commit) => commits.has(commit));
  if (cut === undefined) return;
  scene.tell(shallow, {
    ...{ file: '.', commit: cut },
    message: 'the clone is shallow: what earlier commits brought in was not looked at',
    fix: 'git fetch --unshallow (on GitHub: actions/checkout with fetch-depth: 0), then check again.',
  });
}

/** `B` of `A..B` and `A...B`; `HEAD` where it is left out, and for what is no range of two. */
function endOf(range: string): string {
  if (range.startsWith('-')) return 'HEAD';
  const parts = range.replace(/\^(?:[!@]|-\d*)$/, '').split(/\.{2,3}/);
  return parts.at(-1) || 'HEAD';
}

async function* filesOf(git: Git, range: string, scene: Scene): AsyncGenerator<TargetFile> {
  const seen = new Set<string>();
  for await (const { commit, file } of git.changes(range)) {
    const { path: name, kind, blob } = file;
    if (kind !== 'file' || blob === null || seen.has(`${blob} ${name}`)) continue;
    seen.add(`${blob} ${name}`);
    yield {
      path: name,
      commit,
      read: () => readOrTell(() => git.blob(blob), { file: name, commit }, scene),
    };
  }
}
