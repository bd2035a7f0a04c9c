import path from 'node:path';
import type { System } from '../../system/system.ts';
import { type Artifact, parentOf } from './artifact.ts';

/** A copy of what a build reads, in a private folder. */
export interface Stage {
  /** Absolute, without links: the artifact's root. */
  readonly top: string;
  /** For the program's own temporary files. */
  readonly scratch: string;
  /** Writes a kustomization beside the artifact; returns its folder. */
  addPart(text: string): string;
  remove(): void;
}

/**
 * Writes the files that a build reaches, and the folders that it names. `over`: files that are written with other bytes than the artifact's, or that it
 * does not have. Throws `file.unwritable`.
 */
export async function writeStage(
  { files }: System,
  artifact: Artifact,
  { files: reached, folders }: { readonly files: Iterable<string>; readonly folders: Iterable<string> },
  over: ReadonlyMap<string, Uint8Array>,
): Promise<Stage> {
  const folder = files.makePrivateFolder();
  try {
    const base = files.realPath(folder.path) ?? folder.path;
    const [top, scratch] = [path.join(base, 'source'), path.join(base, 'tmp')];
    const made = new Set<string>();
    const makeFolder = (name: string): void => {
      if (made.has(name)) return;
      files.makeFolder(path.join(top, name), 0o700);
      made.add(name);
    };
    makeFolder('');
    for (const name of folders) makeFolder(name);
    files.makeFolder(scratch, 0o700);
    const write = (file: string, bytes: Uint8Array): void => {
      makeFolder(parentOf(file));
      files.create(path.join(top, file), bytes, 0o600);
    };
    for (const [file, bytes] of over) write(file, bytes);
    for (const file of reached) {
      if (over.has(file)) continue;
      const bytes = await artifact.read(file);
      if (bytes !== null) write(file, bytes);
    }
    let parts = 0;
    const addPart = (text: string): string => {
      parts += 1;
      const part = path.join(base, `part${parts}`);
      files.makeFolder(part, 0o700);
      files.create(path.join(part, 'kustomization.yaml'), Buffer.from(text, 'utf8'), 0o600);
      return part;
    };
    return { top, scratch, addPart, remove: () => folder.remove() };
  } catch (error) {
    folder.remove();
    throw error;
  }
}
