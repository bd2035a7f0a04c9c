import path from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { System } from '../../system/system.ts';
import type { Git } from '../git/git.ts';
import type { Snapshot, SnapshotFile } from '../snapshot.ts';
import { workSnapshot } from '../snapshots.ts';
import { readOrTell } from './read-or-tell.ts';
import type { Scene } from './scene.ts';
import { largest, type Target, type TargetFile } from './target.ts';
import { otherRepository, tooLarge } from './target-findings.ts';

/** The working tree, or a folder outside git; all of it, or what `paths` name. */
export async function treeTarget(system: System, git: Git | null, paths: readonly string[]): Promise<Target> {
  const root = git?.top ?? system.files.cwd;
  const snapshot = workSnapshot(system, root, git);
  const listed = paths.length === 0 ? null : await selected(system, root, paths);
  return {
    scope: { kind: 'tree', whole: listed === null },
    snapshot,
    files: (scene) => filesOf(system, snapshot, listed, scene),
    close: async () => git?.close(),
  };
}

async function selected(system: System, root: string, paths: readonly string[]): Promise<SnapshotFile[]> {
  const { selectFiles } = await import('../selection/select.ts');
  const real = system.files.realPath(root) ?? root;
  // before the selection: it would walk through whatever is named
  for (const word of paths) fromRoot(system, real, word, path.resolve(system.files.cwd, word));
  const { files } = await selectFiles(system, paths);
  return files.map((file): SnapshotFile => {
    return { path: fromRoot(system, real, file.shown, file.path), kind: 'file', blob: null };
  });
}

/** A path from the root, which is given without links. Throws `usage.invalid` for one that is not below it. */
function fromRoot(system: System, root: string, shown: string, full: string): string {
  const folder = system.files.realPath(path.dirname(full)) ?? path.dirname(full);
  const relative = path.relative(root, path.join(folder, path.basename(full)));
  if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative))
    throw outside(shown);
  return relative.split(path.sep).join('/');
}

function outside(shown: string): SopskitError {
  return new SopskitError('usage.invalid', `${shown} is not in the repository of the current folder`, {
    hint: 'Run sopskit check in the repository of the file.',
  });
}

async function* filesOf(
  system: System,
  snapshot: Snapshot,
  listed: readonly SnapshotFile[] | null,
  scene: Scene,
): AsyncGenerator<TargetFile> {
  for (const { path: file, kind } of listed ?? (await snapshot.list())) {
    if (kind === 'submodule') {
      scene.tell(otherRepository, {
        file,
        message: 'the submodule was not looked into',
        fix: `Check it by itself: cd ${scene.commands.word(file)} && sopskit check`,
      });
    }
    if (kind === 'file') yield { path: file, commit: null, read: () => read(system, snapshot, file, scene) };
  }
}

async function read(
  system: System,
  snapshot: Snapshot,
  file: string,
  scene: Scene,
): Promise<Uint8Array | null> {
  const size = sizeOf(system, path.join(snapshot.root, file));
  if (size <= largest) return readOrTell(() => snapshot.read(file), { file, commit: null }, scene);
  scene.tell(tooLarge, {
    file,
    message: `the file has ${Math.round(size / 1024 / 1024)} MiB, and files of more than ${largest / 1024 / 1024} MiB are not read`,
    fix: 'Keep it out of the repository, or waive this finding in .sopskit.yaml.',
  });
  return null;
}

/** A file whose size cannot be told is left to the reading, which says why. */
function sizeOf(system: System, full: string): number {
  try {
    return system.files.status(full)?.size ?? 0;
  } catch (error) {
    if (error instanceof SopskitError) return 0;
    throw error;
  }
}
