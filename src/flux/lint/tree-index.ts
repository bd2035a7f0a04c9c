import { posix } from 'node:path';
import { kustomizationNames } from '../../manifests/kustomization.ts';
import type { SourceTree } from '../build/source-tree.ts';

interface Folder {
  readonly files: string[];
  readonly folders: Set<string>;
}

/** The files of a source by folder. Paths are from its root; the root itself is empty. */
export class TreeIndex {
  readonly tree: SourceTree;
  readonly #folders = new Map<string, Folder>([['', { files: [], folders: new Set() }]]);
  readonly #kinds = new Map<string, 'file' | 'symlink' | 'submodule'>();

  constructor(tree: SourceTree) {
    this.tree = tree;
    for (const { path, kind } of tree.files) {
      this.#kinds.set(path, kind);
      this.#folder(folderOf(path)).files.push(path);
    }
    for (const folder of tree.folders ?? []) this.#folder(folder);
  }

  /** What a path names; `null`: nothing. */
  kindOf(path: string): 'file' | 'symlink' | 'submodule' | 'folder' | null {
    return this.#kinds.get(path) ?? (this.#folders.has(path) ? 'folder' : null);
  }

  /** Files right in a folder, symlinks and submodules among them, with their whole paths. */
  filesIn(folder: string): readonly string[] {
    return this.#folders.get(folder)?.files ?? [];
  }

  /** Folders right in a folder, with their whole paths. */
  foldersIn(folder: string): readonly string[] {
    return [...(this.#folders.get(folder)?.folders ?? [])];
  }

  /** The kustomization file of a folder, as kustomize looks for it. */
  kustomizationIn(folder: string): string | null {
    return (
      kustomizationNames.map((name) => joined(folder, name)).find((file) => this.kindOf(file) === 'file') ??
      null
    );
  }

  #folder(path: string): Folder {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const made: Folder = { files: [], folders: new Set() };
    this.#folders.set(path, made);
    this.#folder(folderOf(path)).folders.add(path);
    return made;
  }
}

/** Joins paths of a tree; `null` for one that leaves it. */
export function within(folder: string, name: string): string | null {
  if (name.startsWith('/')) return null;
  const path = posix.normalize(posix.join(folder, name)).replace(/\/$/, '');
  if (path === '.') return '';
  return path === '..' || path.startsWith('../') || path.startsWith('/') ? null : path;
}

export function folderOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at < 0 ? '' : path.slice(0, at);
}

function joined(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
