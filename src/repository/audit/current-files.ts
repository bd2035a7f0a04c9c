import path from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { SealedFile } from '../../sops/sealed-file.ts';
import type { System } from '../../system/system.ts';
import { selectFiles } from '../selection/select.ts';
import type { Snapshot } from '../snapshot.ts';
import { media, readSealed } from './sealed-version.ts';

/** An encrypted file of the working tree. */
export interface CurrentFile {
  /** From the root, parts joined by `/`. */
  readonly path: string;
  readonly file: SealedFile;
}

export interface CurrentFiles {
  readonly sealed: readonly CurrentFile[];
  /** Files that may be encrypted, and cannot be read. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

/** Reads the encrypted files among paths, folders and globs. Throws what `selectFiles` throws. */
export async function readCurrentFiles(
  system: System,
  root: string,
  given: readonly string[],
): Promise<CurrentFiles> {
  const sealed: CurrentFile[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  const { files } = await selectFiles(system, given.length === 0 ? [root] : given);
  for (const { path: full } of files) {
    const shown = path.relative(root, full).split(path.sep).join('/');
    const file = await readFile(system, full);
    if (file instanceof SopskitError) unreadable.push({ path: shown, reason: file.message });
    else if (file !== null) sealed.push({ path: shown, file });
  }
  return { sealed, unreadable };
}

/** Reads the encrypted files of a snapshot. */
export async function readSnapshotFiles(snapshot: Snapshot): Promise<CurrentFiles> {
  const sealed: CurrentFile[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  for (const { path: name, kind } of await snapshot.list()) {
    if (kind !== 'file' || media.test(name)) continue;
    const file = await readFrom(snapshot, name);
    if (file instanceof SopskitError) unreadable.push({ path: name, reason: file.message });
    else if (file !== null) sealed.push({ path: name, file });
  }
  return { sealed, unreadable };
}

/** A partial clone may lack the object. */
async function readFrom(snapshot: Snapshot, name: string): Promise<SealedFile | SopskitError | null> {
  try {
    const bytes = await snapshot.read(name);
    return bytes === null ? null : await readSealed(name, bytes);
  } catch (error) {
    if (error instanceof SopskitError && error.code === 'git.failed') return error;
    throw error;
  }
}

async function readFile(system: System, full: string): Promise<SealedFile | SopskitError | null> {
  try {
    const bytes = system.files.read(full);
    return bytes === null ? null : await readSealed(full, bytes); // removed meanwhile
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code === 'interrupted') throw error;
    // sops could not have written it
    return error.code === 'file.too-large' ? null : error;
  }
}
