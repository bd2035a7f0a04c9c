import path from 'node:path';
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

  /** Whether a path (without links) lies in the repository of the current folder; without one, in that folder. */
  async isInTree(real: string): Promise<boolean> {
    const { cwd } = this.#system.files;
    const git = await Git.open(this.#system, cwd);
    const root = this.#system.files.realPath(git?.top ?? cwd);
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
