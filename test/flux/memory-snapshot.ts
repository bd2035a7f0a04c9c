import { posix } from 'node:path';
import type { Snapshot, SnapshotFile } from '../../src/repository/snapshot.ts';

/** What a file of a test's snapshot is, other than a text: a link to somewhere, a submodule, or nothing readable. */
export type Odd = { readonly link: string } | 'submodule' | 'unreadable';

/** A snapshot in memory. */
export function memorySnapshot(
  files: ReadonlyMap<string, string | Uint8Array | Odd>,
  label = 'the working tree',
): Snapshot {
  const read = async (path: string): Promise<Uint8Array | null> => {
    const file = files.get(path);
    if (file === undefined || file === 'submodule' || file === 'unreadable') return null;
    if (typeof file === 'string') return Buffer.from(file);
    return 'link' in file ? Buffer.from(file.link) : file;
  };
  return {
    label,
    root: '/fake/repository',
    list: async () =>
      [...files]
        .map(([path, file]): SnapshotFile => ({ path, kind: kindOf(file), blob: null }))
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
    read,
    async readBehindLinks(path) {
      const file = files.get(path);
      const isLink = typeof file === 'object' && 'link' in file;
      return read(isLink ? posix.join(posix.dirname(path), file.link) : path);
    },
  };
}

function kindOf(file: string | Uint8Array | Odd): SnapshotFile['kind'] {
  if (file === 'submodule') return 'submodule';
  return typeof file === 'object' && 'link' in file ? 'symlink' : 'file';
}
