import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Snapshot, SnapshotFile } from '../../repository/snapshot.ts';
import type { SourceTree } from '../build/source-tree.ts';
import { type IgnorePattern, readIgnorePatterns } from './ignore-pattern.ts';
import { IgnoreRules } from './ignore-rules.ts';

/** What a source takes of its repository. */
export interface ArtifactRules {
  /** `spec.ignore`. */
  readonly ignore: string | null;
  /** `spec.sparseCheckout`, without `./`; empty: all. */
  readonly sparse: readonly string[];
  /** Whether submodules are fetched: what is in them is not known here. */
  readonly submodules: boolean;
  /** Trees that are put into it, with the folder they come to. */
  readonly mounts: readonly Mount[];
}

export interface Mount {
  readonly to: string;
  /** Files of the tree below this folder; empty: all. */
  readonly from: string;
  readonly tree: SourceTree;
}

/**
 * Makes the tree of a source's artifact from a state of its repository, as source-controller archives it: sparse checkout
 * first (every path that begins with one of the texts), then included trees, then the ignore rules of all `.sourceignore`
 * files in it and of the source. Links are never archived; a submodule is an empty folder, unless it is fetched. Folders
 * stay, by the same rules, also where nothing in them does.
 */
export async function artifactTree(snapshot: Snapshot, rules: ArtifactRules): Promise<SourceTree> {
  const listed = (await snapshot.list()).filter(({ path }) => isCheckedOut(path, rules.sparse));
  const origins = new Map<string, () => Promise<Uint8Array | null>>();
  const files: SnapshotFile[] = [];
  const folders = new Set<string>();
  for (const file of listed) {
    addFolders(folders, file.kind === 'submodule' ? `${file.path}/` : file.path);
    if (file.kind === 'submodule' && !rules.submodules) continue;
    files.push(file);
    origins.set(file.path, () => readQuietly(snapshot, file));
  }
  for (const mount of rules.mounts) {
    for (const { file, path } of mounted(mount)) {
      addFolders(folders, path);
      files.push({ ...file, path });
      origins.set(path, () => mount.tree.read(file.path));
    }
  }
  files.sort(byPath);
  const ignore = new IgnoreRules(await ignorePatterns(files, origins, rules.ignore));
  const kept = files.filter(({ path, kind }) => kind !== 'symlink' && !ignore.excludes(path));
  const present = new Set(kept.map(({ path }) => path));
  return {
    label: snapshot.label,
    files: kept,
    folders: [...folders].filter((folder) => !ignore.excludes(folder, true)).sort(),
    read: async (path) => (present.has(path) ? ((await origins.get(path)?.()) ?? null) : null),
  };
}

function addFolders(folders: Set<string>, path: string): void {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const folder = path.slice(0, end);
    if (folders.has(folder)) return;
    folders.add(folder);
  }
}

function isCheckedOut(path: string, sparse: readonly string[]): boolean {
  return sparse.length === 0 || sparse.some((start) => path.startsWith(start));
}

function mounted({ to, from, tree }: Mount): { file: SnapshotFile; path: string }[] {
  const prefix = from === '' ? '' : `${from}/`;
  return tree.files
    .filter(({ path }) => path.startsWith(prefix))
    .map((file) => ({ file, path: `${to === '' ? '' : `${to}/`}${file.path.slice(prefix.length)}` }));
}

/** The `.sourceignore` files in the order in which the controller walks: a folder's own, then its folders by name. */
async function ignorePatterns(
  files: readonly SnapshotFile[],
  origins: ReadonlyMap<string, () => Promise<Uint8Array | null>>,
  own: string | null,
): Promise<IgnorePattern[]> {
  const found = files
    .filter(({ path, kind }) => kind !== 'submodule' && /(?:^|\/)\.sourceignore$/.test(path))
    .map(({ path }) => ({ path, domain: path.split('/').slice(0, -1) }))
    .sort((a, b) => compareParts(a.domain, b.domain));
  const patterns: IgnorePattern[] = [];
  for (const { path, domain } of found) {
    const bytes = await origins.get(path)?.();
    if (bytes != null) patterns.push(...readIgnorePatterns(Buffer.from(bytes).toString('utf8'), domain));
  }
  return own === null ? patterns : [...patterns, ...readIgnorePatterns(own, [])];
}

function compareParts(a: readonly string[], b: readonly string[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (part !== other) return part < other ? -1 : 1;
  }
  return a.length - b.length;
}

/** A file that may not be read, or that git has lost, is `null`: a build that needs it says so. */
async function readQuietly(snapshot: Snapshot, file: SnapshotFile): Promise<Uint8Array | null> {
  try {
    // a link is archived by nobody, but a `.sourceignore` that is one is read
    return file.kind === 'symlink'
      ? await snapshot.readBehindLinks(file.path)
      : await snapshot.read(file.path);
  } catch (error) {
    if (error instanceof SopskitError && /^(?:file|git)\./.test(error.code)) return null;
    throw error;
  }
}

function byPath(a: SnapshotFile, b: SnapshotFile): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
