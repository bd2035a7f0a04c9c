import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Snapshot } from '../../repository/snapshot.ts';
import { editedSnapshot } from '../model/edited-snapshot.ts';

/** A state of the repository with edits that are written nowhere yet: one step of a restructuring in the making. */
export class Draft {
  readonly base: Snapshot;
  /** Files that came to lie elsewhere, old path to new, for who looks after encrypted ones. */
  readonly moved: Map<string, string> = new Map();
  readonly #edits = new Map<string, Uint8Array | null>();
  #listed: Promise<ReadonlySet<string>> | null = null;

  constructor(base: Snapshot) {
    this.base = base;
  }

  get edits(): ReadonlyMap<string, Uint8Array | null> {
    return this.#edits;
  }

  /** The state with the edits, as the next step begins with it. */
  snapshot(): Snapshot {
    return this.#edits.size === 0 ? this.base : editedSnapshot(this.base, new Map(this.#edits));
  }

  /** Paths of all files, submodules left out, in order. */
  async paths(): Promise<readonly string[]> {
    this.#listed ??= this.base
      .list()
      .then((files) => new Set(files.flatMap(({ path, kind }) => (kind === 'submodule' ? [] : [path]))));
    const paths = new Set(await this.#listed);
    for (const [path, bytes] of this.#edits) {
      if (bytes === null) paths.delete(path);
      else paths.add(path);
    }
    return [...paths].sort();
  }

  /** Links and submodules in a folder and below: what no edit can move. */
  async unmovable(folder: string): Promise<readonly string[]> {
    const files = await this.base.list();
    return files.flatMap(({ path, kind }) => (kind !== 'file' && isWithin(path, folder) ? [path] : []));
  }

  /** Paths of the files in a folder and below; the empty folder is the repository's top. */
  async below(folder: string): Promise<readonly string[]> {
    return (await this.paths()).filter((path) => isBelow(path, folder));
  }

  async has(path: string): Promise<boolean> {
    return (await this.read(path)) !== null;
  }

  /** Returns a file's bytes, or `null`. */
  async read(path: string): Promise<Uint8Array | null> {
    const edited = this.#edits.get(path);
    return edited === undefined ? this.base.read(path) : edited;
  }

  /** The same, of a file that has to be there. Throws `restructure.refused`. */
  async require(path: string): Promise<Uint8Array> {
    const bytes = await this.read(path);
    if (bytes === null) throw new SopskitError('restructure.refused', `there is no file ${path}`);
    return bytes;
  }

  /** Writes a file, or with `null` removes it. */
  async write(path: string, bytes: Uint8Array | null): Promise<void> {
    const before = await this.base.read(path);
    const same = before === null ? bytes === null : bytes !== null && Buffer.compare(before, bytes) === 0;
    if (same) this.#edits.delete(path);
    else this.#edits.set(path, bytes);
  }
}

/** Whether a file, or a folder, lies in a folder or below. */
export function isBelow(path: string, folder: string): boolean {
  return folder === '' || path.startsWith(`${folder}/`);
}

/** Whether it is the folder, or lies in it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || isBelow(path, folder);
}
