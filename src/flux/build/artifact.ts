import { createHash } from 'node:crypto';
import path from 'node:path';
import type { SnapshotFile } from '../../repository/snapshot.ts';
import type { SourceTree } from './source-tree.ts';

/**
 * What kustomize-controller unpacks of a source: files and folders. Links are not in it: source-controller leaves out
 * all that is no file and no folder (fluxcd/pkg/artifact, Archive), but for the folders they lie in.
 */
export class Artifact {
  readonly label: string;
  readonly #tree: SourceTree;
  readonly #files = new Map<string, SnapshotFile>();
  /** Names in each folder, in byte order. */
  readonly #folders = new Map<string, Set<string>>([['', new Set()]]);
  readonly #submodules = new Set<string>();
  readonly #digests = new Map<string, Promise<string>>();
  readonly #bytes = new Map<string, Promise<Uint8Array | null>>();
  readonly #unreadable = new Set<string>();

  constructor(tree: SourceTree) {
    this.#tree = tree;
    this.label = tree.label;
    for (const file of tree.files) {
      if (file.kind === 'submodule') this.#submodules.add(file.path);
      if (file.kind === 'file') this.#files.set(file.path, file);
      this.#enter(file.kind === 'symlink' ? parentOf(file.path) : file.path, file.kind === 'file');
    }
    for (const folder of tree.folders ?? []) this.#enter(folder, false);
  }

  get paths(): Iterable<string> {
    return this.#files.keys();
  }

  isFile(file: string): boolean {
    return this.#files.has(file);
  }

  isFolder(folder: string): boolean {
    return this.#folders.has(folder);
  }

  /** Whether a path leads into another repository, whose files are not here. */
  isForeign(file: string): boolean {
    if (this.#submodules.size === 0) return false;
    for (let at = file; at !== ''; at = parentOf(at)) if (this.#submodules.has(at)) return true;
    return false;
  }

  /** Names of files and folders in a folder, in byte order. */
  names(folder: string): readonly string[] {
    return [...(this.#folders.get(folder) ?? [])].sort((one, other) =>
      Buffer.compare(Buffer.from(one), Buffer.from(other)),
    );
  }

  /** The first of these files that somebody tried to read and could not: what is in it is not known. */
  unreadable(files: Iterable<string>): string | null {
    if (this.#unreadable.size > 0) for (const file of files) if (this.#unreadable.has(file)) return file;
    return null;
  }

  /** A file's bytes; `null` where there is none, or none any more. */
  read(file: string): Promise<Uint8Array | null> {
    const known = this.#bytes.get(file);
    if (known !== undefined) return known;
    const reading = this.#files.has(file) ? this.#readListed(file) : Promise.resolve(null);
    this.#bytes.set(file, reading);
    return reading;
  }

  /** SHA-256 of a file's bytes: git's own id is of what it has, and not of what a working tree makes of it. */
  digest(file: string): Promise<string> {
    const known = this.#digests.get(file);
    if (known !== undefined) return known;
    const digest = this.read(file).then((bytes) =>
      bytes === null ? 'none' : createHash('sha256').update(bytes).digest('hex'),
    );
    this.#digests.set(file, digest);
    return digest;
  }

  async #readListed(file: string): Promise<Uint8Array | null> {
    const bytes = await this.#tree.read(file);
    if (bytes === null) this.#unreadable.add(file);
    return bytes;
  }

  #enter(file: string, isFile: boolean): void {
    let below = file;
    if (!isFile && below !== '' && !this.#folders.has(below)) this.#folders.set(below, new Set());
    while (below !== '') {
      const parent = parentOf(below);
      let names = this.#folders.get(parent);
      const known = names !== undefined;
      names ??= new Set();
      names.add(below.slice(parent === '' ? 0 : parent.length + 1));
      if (!known) this.#folders.set(parent, names);
      below = parent;
    }
  }
}

export function parentOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '';
}

/** Joins a folder of the artifact and a path from it. `null`: it leads out of the artifact. */
export function joinPath(folder: string, relative: string): string | null {
  const joined = path.posix.normalize(path.posix.join(folder === '' ? '.' : folder, relative));
  if (joined === '..' || joined.startsWith('../') || path.posix.isAbsolute(relative)) return null;
  const trimmed = joined.replace(/\/+$/, '');
  return trimmed === '.' ? '' : trimmed;
}
