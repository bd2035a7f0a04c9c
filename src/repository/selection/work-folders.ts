import path from 'node:path';
import { pathBytes } from '../../system/path-text.ts';
import type { System } from '../../system/system.ts';
import { Git } from '../git/git.ts';
import type { SnapshotFile } from '../snapshot.ts';
import { workSnapshot } from '../snapshots.ts';

/** The folders of working trees; a repository is asked for its files once. */
export class WorkFolders {
  readonly #system: System;
  readonly #repositories: { readonly top: string; readonly files: Promise<readonly SnapshotFile[]> }[] = [];

  constructor(system: System) {
    this.#system = system;
  }

  /** Lists the files below a folder (absolute), their paths from there. */
  async list(folder: string): Promise<readonly SnapshotFile[]> {
    const known = this.#repositories.find(({ top }) => contains(top, folder));
    if (known !== undefined && !this.#isInAnother(known.top, folder)) return below(known, folder);
    const git = await Git.open(this.#system, folder);
    if (git === null || git.top === null) return workSnapshot(this.#system, folder, null).list();
    const top = this.#asTyped(git.top, folder);
    const repository = { top, files: git.workFiles() };
    this.#repositories.unshift(repository);
    return below(repository, folder);
  }

  /** Lists all files below a folder (absolute) that git ignores as a whole; none below any other. */
  async listIgnored(folder: string): Promise<readonly SnapshotFile[]> {
    const { files } = this.#system;
    const git = await Git.open(this.#system, folder);
    const real = files.realPath(folder);
    if (git === null || git.top === null || real === null) return [];
    const relative = path.relative(files.realPath(git.top) ?? git.top, real);
    if (relative === '') return [];
    const input = Buffer.concat([pathBytes(relative), Buffer.from([0])]);
    const { status } = await git.run(['check-ignore', '-z', '--stdin'], { input, statuses: [1] });
    return status === 0 ? workSnapshot(this.#system, folder, null).list() : [];
  }

  /**
   * Whether a path (without links) lies in the repository of a folder (absolute). Without one: in the current folder if
   * the folder is below that, else in the folder.
   */
  async isInTreeOf(folder: string, real: string): Promise<boolean> {
    const { files } = this.#system;
    const git = await Git.open(this.#system, folder);
    const root = files.realPath(git?.top ?? (contains(files.cwd, folder) ? files.cwd : folder));
    return root !== null && contains(root, real);
  }

  /** Whether a folder lies in another repository within this one, such as a submodule. */
  #isInAnother(top: string, folder: string): boolean {
    for (let at = folder; at !== top; at = path.dirname(at)) {
      if (this.#system.files.kindOf(path.join(at, '.git')) !== null) return true;
    }
    return false;
  }

  /** git names the top behind all links; the files are to be named as the user came to them. */
  #asTyped(top: string, folder: string): string {
    const { files } = this.#system;
    for (let at = folder; ; at = path.dirname(at)) {
      if (files.realPath(at) === files.realPath(top)) return at;
      if (at === path.dirname(at)) return top;
    }
  }
}

async function below(
  { top, files }: { readonly top: string; readonly files: Promise<readonly SnapshotFile[]> },
  folder: string,
): Promise<readonly SnapshotFile[]> {
  const prefix = path.relative(top, folder).split(path.sep).join('/');
  if (prefix === '') return files;
  const start = `${prefix}/`;
  return (await files).flatMap((file) =>
    file.path.startsWith(start) ? [{ ...file, path: file.path.slice(start.length) }] : [],
  );
}

function contains(folder: string, file: string): boolean {
  return file === folder || file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}
