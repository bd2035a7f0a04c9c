import { posix } from 'node:path';
import type { Snapshot, SnapshotFile } from '../../repository/snapshot.ts';
import { pathText } from '../../system/path-text.ts';

/**
 * A snapshot with other bytes in some of its files, none of which is written anywhere: what a commit of these edits would
 * hold. `null` takes a file out; a path that is not there yet is a new file.
 */
export function editedSnapshot(snapshot: Snapshot, edits: ReadonlyMap<string, Uint8Array | null>): Snapshot {
  let listing: Promise<readonly SnapshotFile[]> | null = null;
  const list = (): Promise<readonly SnapshotFile[]> => {
    listing ??= snapshot.list().then((files) => editedList(files, edits));
    return listing;
  };
  return {
    label: snapshot.label,
    root: snapshot.root,
    list,
    read: async (file) => (edits.has(file) ? (edits.get(file) ?? null) : snapshot.read(file)),
    readBehindLinks: async (file) => {
      if (edits.has(file)) return edits.get(file) ?? null;
      const target = await linkedTo(snapshot, file);
      return target !== null && edits.has(target)
        ? (edits.get(target) ?? null)
        : snapshot.readBehindLinks(file);
    },
  };
}

/** Where a link leads, one step; `null`: it is none. */
async function linkedTo(snapshot: Snapshot, file: string): Promise<string | null> {
  const found = (await snapshot.list()).find(({ path }) => path === file);
  const target = found?.kind === 'symlink' ? await snapshot.read(file) : null;
  return target === null ? null : posix.join(posix.dirname(file), pathText(target));
}

function editedList(
  files: readonly SnapshotFile[],
  edits: ReadonlyMap<string, Uint8Array | null>,
): readonly SnapshotFile[] {
  const kept = files.filter(({ path }) => !edits.has(path));
  const added = [...edits].flatMap(([path, bytes]): SnapshotFile[] =>
    bytes === null ? [] : [{ path, kind: 'file', blob: null }],
  );
  return [...kept, ...added].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
