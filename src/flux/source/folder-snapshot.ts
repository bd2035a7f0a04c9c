import path from 'node:path';
import type { Snapshot } from '../../repository/snapshot.ts';

/** A folder of a snapshot as a snapshot of its own: what `flux push artifact --path` takes. */
export function folderSnapshot(snapshot: Snapshot, folder: string): Snapshot {
  const prefix = `${folder}/`;
  return {
    label: snapshot.label,
    root: path.join(snapshot.root, folder),
    list: async () =>
      (await snapshot.list()).flatMap((file) =>
        file.path.startsWith(prefix) ? [{ ...file, path: file.path.slice(prefix.length) }] : [],
      ),
    read: (file) => snapshot.read(prefix + file),
    readBehindLinks: (file) => snapshot.readBehindLinks(prefix + file),
  };
}
