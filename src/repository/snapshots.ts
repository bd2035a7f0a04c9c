import path from 'node:path';
import { SopskitError } from '../errors/sopskit-error.ts';
import type { Files, FolderEntry } from '../system/files.ts';
import { pathBytes, pathText } from '../system/path-text.ts';
import type { System } from '../system/system.ts';
import { isTemporaryName } from '../system/temporary-name.ts';
import type { Git } from './git/git.ts';
import type { Snapshot, SnapshotFile } from './snapshot.ts';

/**
 * The working tree below `root` (absolute): what git tracks or does not ignore; without git every file but those of
 * `.git` folders.
 */
export function workSnapshot({ files }: System, root: string, git: Git | null): Snapshot {
  const listed = git === null || git.top === null ? null : within(path.relative(git.top, root));
  return {
    label: 'the working tree',
    root,
    async list() {
      if (git === null || listed === null) return walk(files, root);
      return (await git.workFiles()).flatMap(listed);
    },
    async read(file) {
      const full = path.join(root, file);
      const kind = files.kindOf(full);
      if (kind === 'symlink') return linkBytes(files, full);
      return kind === 'file' ? files.read(full) : null;
    },
    async readBehindLinks(file) {
      const real = files.realPath(path.join(root, file));
      return real !== null && isInside(files, root, real) && files.kindOf(real) === 'file'
        ? files.read(real)
        : null;
    },
  };
}

/** The index, whole. Files in conflict are not in it: `Git.indexFiles` has them. */
export function indexSnapshot(git: Git): Snapshot {
  return gitSnapshot(git, 'the index', async () =>
    (await git.indexFiles()).filter(({ stage }) => stage === 0),
  );
}

/** The files of a commit. Throws `git.failed` where the revision names none. */
export async function commitSnapshot(git: Git, revision: string): Promise<Snapshot> {
  const commit = await git.commit(revision);
  return gitSnapshot(git, commit, () => git.commitFiles(commit));
}

function gitSnapshot(git: Git, label: string, load: () => Promise<SnapshotFile[]>): Snapshot {
  let loading: Promise<ReadonlyMap<string, SnapshotFile>> | null = null;
  const files = () => {
    loading ??= load().then((all) => new Map(all.map((file) => [file.path, file])));
    return loading;
  };
  return {
    label,
    root: git.top ?? git.folder,
    list: async () => [...(await files()).values()],
    async read(file) {
      return bytesOf(git, (await files()).get(file));
    },
    async readBehindLinks(file) {
      const all = await files();
      let found = all.get(file);
      for (let hops = 0; hops < maxHops && found?.kind === 'symlink'; hops++) {
        const target = pathText((await bytesOf(git, found)) ?? new Uint8Array());
        found = all.get(path.posix.join(path.posix.dirname(found.path), target));
      }
      return found?.kind === 'file' ? bytesOf(git, found) : null;
    },
  };
}

/** As many as the kernel follows. */
const maxHops = 40;

async function bytesOf(git: Git, file: SnapshotFile | undefined): Promise<Uint8Array | null> {
  return file?.blob == null || file.kind === 'submodule' ? null : git.blob(file.blob);
}

function isInside(files: Files, root: string, real: string): boolean {
  const top = files.realPath(root);
  return top !== null && real.startsWith(top.endsWith(path.sep) ? top : top + path.sep);
}

/** Keeps the files below a folder of the repository, their paths from there. */
function within(folder: string): (file: SnapshotFile) => SnapshotFile[] {
  const prefix = folder === '' ? '' : `${folder.replaceAll(path.sep, '/')}/`;
  return (file) => (file.path.startsWith(prefix) ? [{ ...file, path: file.path.slice(prefix.length) }] : []);
}

function walk(files: Files, root: string, below = ''): SnapshotFile[] {
  return entriesOf(files, root, below).flatMap(({ name, kind }): SnapshotFile[] => {
    const file = below === '' ? name : `${below}/${name}`;
    if (kind === 'directory') {
      if (name === '.git' || isKernels(path.join(root, file))) return [];
      // what may not be looked into is listed as a file: whoever reads it learns why it cannot be read
      return isClosed(files, root, file)
        ? [{ path: file, kind: 'file', blob: null }]
        : walk(files, root, file);
    }
    return kind === 'other' || isTemporaryName(name) ? [] : [{ path: file, kind, blob: null }];
  });
}

function entriesOf(files: Files, root: string, below: string): readonly FolderEntry[] {
  return files.entries(path.join(root, below)) ?? [];
}

/** Files of the kernel are no files, and some never end. */
function isKernels(folder: string): boolean {
  return /^\/(?:proc|sys|dev)$/.test(folder);
}

function isClosed(files: Files, root: string, below: string): boolean {
  try {
    entriesOf(files, root, below);
    return false;
  } catch (error) {
    if (error instanceof SopskitError && error.code === 'file.unreadable') return true;
    throw error;
  }
}

function linkBytes(files: Files, link: string): Uint8Array | null {
  const target = files.readLink(link);
  return target === null ? null : pathBytes(target);
}
