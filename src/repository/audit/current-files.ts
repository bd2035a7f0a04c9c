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
  /** What was given and is not looked at, and why. */
  readonly notes: readonly string[];
}

/** Reads the encrypted files among paths, folders and globs. Throws what `selectFiles` throws. */
export async function readCurrentFiles(
  system: System,
  root: string,
  given: readonly string[],
): Promise<CurrentFiles> {
  const sealed: CurrentFile[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  const shownOf = pathsBelow(system, root);
  const words = (given.length === 0 ? [root] : given).filter((word) => {
    const problem = folderProblem(system, word);
    if (problem !== null) unreadable.push({ path: word, reason: problem });
    return problem === null;
  });
  const { files, passedOver } = await selectFiles(system, words);
  const notes = passedOverNotes(given, passedOver);
  for (const { path: full, shown, named } of files) {
    const name = shownOf(full);
    const file = await readFile(system, full);
    if (file instanceof SopskitError) unreadable.push({ path: name, reason: file.message });
    else if (file !== null) sealed.push({ path: name, file });
    else if (named) notes.push(`${shown} was given, and is not encrypted by sops`);
  }
  return { sealed, unreadable, notes };
}

/** Names files from the root, which git gives without links, however one came to them. */
function pathsBelow({ files }: System, root: string): (full: string) => string {
  const real = new Map<string, string>();
  const top = files.realPath(root) ?? root;
  return (full) => {
    const folder = path.dirname(full);
    const known = real.get(folder) ?? files.realPath(folder) ?? folder;
    real.set(folder, known);
    return path
      .relative(top, path.join(known, path.basename(full)))
      .split(path.sep)
      .join('/');
  };
}

/** Why a folder that was given cannot be looked into. */
function folderProblem({ files }: System, word: string): string | null {
  try {
    const full = path.resolve(files.cwd, word);
    if (files.kindOf(full) === 'directory') files.entries(full);
    return null;
  } catch (error) {
    if (error instanceof SopskitError && error.code === 'file.unreadable') return error.message;
    throw error;
  }
}

/** What was given by name and is passed over, and other repositories wherever they were found. */
function passedOverNotes(
  given: readonly string[],
  passedOver: Awaited<ReturnType<typeof selectFiles>>['passedOver'],
): string[] {
  const names = new Set(given.map((word) => path.normalize(word)));
  return passedOver
    .filter(({ shown, reason }) => names.has(path.normalize(shown)) || reason === 'it is another repository')
    .map(({ shown, reason }) => `${shown} was passed over: ${reason}`);
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
  return { sealed, unreadable, notes: [] };
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
