import path from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { printablePath } from '../../system/path-text.ts';
import type { System } from '../../system/system.ts';
import type { SnapshotFile } from '../snapshot.ts';
import { compileGlob, isGlob } from './glob.ts';
import { WorkFolders } from './work-folders.ts';

/** A file that a command is to work on. */
export interface SelectedFile {
  /** Absolute. */
  readonly path: string;
  /** As the user would type it from the current folder. */
  readonly shown: string;
  /** Whether it was given by its name, and not found in a folder or by a glob. */
  readonly named: boolean;
}

/** Something that was given or found, and that no command works on. */
export interface PassedOver {
  readonly shown: string;
  readonly reason: string;
  /** Whether it was given by its name. */
  readonly named: boolean;
}

export interface Selection {
  /** In the order of their paths, each once. */
  readonly files: readonly SelectedFile[];
  readonly passedOver: readonly PassedOver[];
  /** Folders that were given, and that no file was found in; as the user would type them. */
  readonly empty: readonly string[];
}

/** What was given and is nothing. */
export interface Missing {
  /** As typed. */
  readonly word: string;
  readonly error: SopskitError;
}

/**
 * Finds the files that paths, folders and globs stand for. In folders: what git tracks or does not ignore; without git,
 * and in a folder that is itself ignored, all. Symlinks are not followed, and other repositories not entered, unless
 * they are given by name - and then only where they stay in the tree. A path that exists is never taken for a glob.
 *
 * Throws `file.missing` for a path that is nothing and a glob that matches nothing, `git.failed`.
 */
export async function selectFiles(system: System, given: readonly string[]): Promise<Selection> {
  const picker = new Picker(system);
  for (const word of given) await picker.take(word);
  return picker.selection();
}

/** `selectFiles` that goes on past what is missing, and says what that was. Throws `git.failed`. */
export async function selectExisting(
  system: System,
  given: readonly string[],
): Promise<Selection & { readonly missing: readonly Missing[] }> {
  const picker = new Picker(system);
  const missing: Missing[] = [];
  for (const word of given) {
    try {
      await picker.take(word);
    } catch (error) {
      if (!(error instanceof SopskitError) || error.code !== 'file.missing') throw error;
      missing.push({ word, error });
    }
  }
  return { ...picker.selection(), missing };
}

class Picker {
  readonly #system: System;
  readonly #folders: WorkFolders;
  readonly #files = new Map<string, SelectedFile>();
  readonly #passedOver = new Map<string, PassedOver>();
  readonly #empty = new Set<string>();

  constructor(system: System) {
    this.#system = system;
    this.#folders = new WorkFolders(system);
  }

  async take(word: string): Promise<void> {
    const { files } = this.#system;
    const full = path.resolve(files.cwd, word);
    const kind = files.kindOf(full);
    if (kind === 'file') this.#add(full, true);
    else if (kind === 'directory') await this.#takeNamedFolder(full);
    else if (kind === 'symlink') await this.#takeLink(word, full);
    else if (kind === 'other') this.#passOver(full, 'it is no regular file', true);
    else if (isGlob(word)) await this.#takeGlob(word);
    else throw nothingAt(word, 'there is no such file or folder');
  }

  selection(): Selection {
    const files = [...this.#files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    return { files, passedOver: [...this.#passedOver.values()], empty: [...this.#empty] };
  }

  async #takeNamedFolder(folder: string): Promise<void> {
    const found = await this.#takeFolder(folder, () => true);
    if (found > 0) return;
    const ignored = await this.#folders.listIgnored(folder);
    for (const file of ignored) this.#takeFound(folder, file);
    if (ignored.length === 0) this.#empty.add(this.#shown(folder));
  }

  async #takeFolder(folder: string, wanted: (path: string) => boolean): Promise<number> {
    let found = 0;
    for (const file of await this.#folders.list(folder)) {
      if (!wanted(path.join(folder, file.path))) continue;
      found++;
      this.#takeFound(folder, file);
    }
    return found;
  }

  #takeFound(folder: string, file: SnapshotFile): void {
    const full = path.join(folder, file.path);
    if (file.kind === 'file') this.#add(full, false);
    else this.#passOver(full, reasonOf[file.kind], false);
  }

  async #takeLink(word: string, full: string): Promise<void> {
    const { files } = this.#system;
    const real = files.realPath(full);
    if (real === null) throw nothingAt(word, 'the symbolic link leads nowhere');
    if (!(await this.#folders.isInTreeOf(path.dirname(full), real)))
      this.#passOver(full, 'it is a symbolic link that leads out of the tree', true);
    else if (files.kindOf(real) === 'directory') await this.#takeNamedFolder(real);
    else this.#add(real, true);
  }

  async #takeGlob(word: string): Promise<void> {
    const { cwd } = this.#system.files;
    const glob = await compileGlob(word.split(path.sep).join('/'));
    const base = path.resolve(cwd, glob.base);
    const relative = (full: string) => path.relative(cwd, full).split(path.sep).join('/');
    const matches = (full: string) => glob.matches(path.isAbsolute(word) ? full : relative(full));
    const isFolder = this.#system.files.kindOf(base) === 'directory';
    if (!isFolder || (await this.#takeFolder(base, matches)) === 0)
      throw nothingAt(word, 'nothing matches this glob');
  }

  #passOver(full: string, reason: string, named: boolean): void {
    const shown = this.#shown(full);
    if (this.#passedOver.get(shown)?.named !== true) this.#passedOver.set(shown, { shown, reason, named });
  }

  #add(full: string, named: boolean): void {
    if (this.#files.get(full)?.named === true) return;
    this.#files.set(full, { path: full, shown: this.#shown(full), named });
  }

  #shown(full: string): string {
    const relative = path.relative(this.#system.files.cwd, full);
    return relative.startsWith(`..${path.sep}..`) ? full : relative || '.';
  }
}

const reasonOf = {
  symlink: 'it is a symbolic link',
  submodule: 'it is another repository',
} as const;

function nothingAt(word: string, reason: string): SopskitError {
  return new SopskitError('file.missing', `${printablePath(word)}: ${reason}`, {
    hint: 'Give files, folders, or globs in quotes. Files that git ignores are found only by their name.',
  });
}
