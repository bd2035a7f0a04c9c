import type { System } from '../system/system.ts';

/** A system in which a pipe, which can be read once, gives the same to all who read it. */
export interface OnceRead {
  readonly system: System;
  /** Wipes what the pipes gave. */
  forget(): void;
}

/** What is no regular file, such as the `/dev/fd/63` of `<(command)`, is read once and kept; files are read as ever. */
export function readingOnce(system: System): OnceRead {
  const kept = new Map<string, Uint8Array>();
  const { files } = system;
  const read = (path: string): Uint8Array | null => {
    const known = kept.get(path);
    if (known !== undefined) return Uint8Array.from(known); // whoever asked wipes what it got
    if (files.status(path)?.kind !== 'other') return files.read(path);
    const bytes = files.read(path);
    if (bytes !== null) kept.set(path, Uint8Array.from(bytes));
    return bytes;
  };
  return {
    system: { ...system, files: { ...files, cwd: files.cwd, home: files.home, read } },
    forget() {
      for (const bytes of kept.values()) bytes.fill(0);
      kept.clear();
    },
  };
}
