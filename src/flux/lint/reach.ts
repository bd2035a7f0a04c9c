import type { Path } from '../../tree/path.ts';
import type { Mapping } from '../../tree/value.ts';
import type { SourceTree } from '../build/source-tree.ts';
import type { LintFiles } from './lint-files.ts';
import { type NamedFile, namedIn, type Role } from './named-files.ts';
import { folderOf, type TreeIndex, within } from './tree-index.ts';

/** The place in a kustomization that names something. */
export interface Naming {
  readonly file: string;
  readonly line: number | undefined;
  readonly path: Path;
}

/** A file that a build reads. */
export interface ReachedFile {
  readonly path: string;
  readonly role: Role;
  /** Who names it; `null`: it was found by looking through a folder. */
  readonly by: Naming | null;
}

/** A kustomization file that a build reads. */
export interface ReachedKustomization {
  readonly path: string;
  readonly data: Mapping;
}

/** What a build reads, as far as the kustomizations name it: also where it cannot be built. */
export interface Reach {
  readonly files: readonly ReachedFile[];
  readonly kustomizations: readonly ReachedKustomization[];
  /** Folders without a kustomization, which the controller looks through. */
  readonly scanned: readonly string[];
  /** Files and folders that a kustomization names, and the artifact does not have. */
  readonly missing: readonly ReachedFile[];
  /** Kustomization files that cannot be read here: what they name is not among the rest. */
  readonly unread: readonly string[];
}

/** Follows what the kustomization at a path names, as kustomize does; without one, the files below (kustomize_generator.go). */
export async function reachOf(
  files: LintFiles,
  tree: SourceTree,
  path: string,
  components: readonly string[],
): Promise<Reach> {
  const walk = new ReachWalk(files, tree);
  await walk.folder(path, true);
  for (const component of components) {
    const folder = within(path, component);
    if (folder !== null) await walk.folder(folder, false);
  }
  return walk.reach;
}

class ReachWalk {
  readonly reach: {
    readonly files: ReachedFile[];
    readonly kustomizations: ReachedKustomization[];
    readonly scanned: string[];
    readonly missing: ReachedFile[];
    readonly unread: string[];
  } = { files: [], kustomizations: [], scanned: [], missing: [], unread: [] };
  readonly #files: LintFiles;
  readonly #tree: SourceTree;
  readonly #index: TreeIndex;
  readonly #seen = new Set<string>();
  readonly #listed = new Set<string>();

  constructor(files: LintFiles, tree: SourceTree) {
    this.#files = files;
    this.#tree = tree;
    this.#index = files.index(tree);
  }

  /** `first`: the folder of the Kustomization itself, for which a kustomization is made where there is none. */
  async folder(folder: string, first: boolean): Promise<void> {
    if (this.#seen.has(folder)) return;
    this.#seen.add(folder);
    const file = this.#index.kustomizationIn(folder);
    if (file !== null) await this.#kustomization(file);
    else if (first && this.#index.kindOf(folder) === 'folder') await this.#scan(folder);
  }

  async #scan(folder: string): Promise<void> {
    this.reach.scanned.push(folder);
    for (const path of this.#index.filesIn(folder)) {
      if (/\.ya?ml$/.test(path)) this.#file({ path, role: 'resource', by: null });
    }
    for (const below of this.#index.foldersIn(folder)) {
      if (this.#index.kustomizationIn(below) === null) await this.#scan(below);
      else await this.folder(below, false);
    }
  }

  async #kustomization(path: string): Promise<void> {
    const subject = await this.#files.subject(this.#tree, path);
    const data = (await subject?.parts())?.[0]?.data;
    if (data === undefined) {
      this.reach.unread.push(path);
      return;
    }
    this.reach.kustomizations.push({ path, data });
    for (const named of namedIn(data)) await this.#named(path, named);
  }

  async #named(kustomization: string, { name, role, path, line }: NamedFile): Promise<void> {
    const target = within(folderOf(kustomization), name);
    if (target === null || name.includes('://')) return;
    const kind = this.#index.kindOf(target);
    if (kind === 'folder' && role === 'resource') await this.folder(target, false);
    else if (kind !== 'folder') {
      const by = { file: kustomization, line, path };
      if (kind === 'file') this.#file({ path: target, role, by });
      else this.reach.missing.push({ path: target, role, by });
    }
  }

  #file(file: ReachedFile): void {
    const list = this.reach.files;
    const key = `${file.role} ${file.path}`;
    if (this.#index.kindOf(file.path) !== 'file' || this.#listed.has(key)) return;
    this.#listed.add(key);
    list.push(file);
  }
}
