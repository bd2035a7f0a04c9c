import { createHash } from 'node:crypto';
import { fieldsAt, textAt } from '../../manifests/kubernetes-object.ts';
import type { Git } from '../../repository/git/git.ts';
import type { Snapshot } from '../../repository/snapshot.ts';
import { commitSnapshot } from '../../repository/snapshots.ts';
import type { Mapping } from '../../tree/value.ts';
import type { SourceTree } from '../build/source-tree.ts';
import { trimmedPath } from '../kustomization-read.ts';
import type { SourceContent } from '../model/model.ts';
import type { Unknown } from '../unknown.ts';
import { type ArtifactRules, artifactTree, type Mount } from './artifact-tree.ts';
import { folderSnapshot } from './folder-snapshot.ts';
import { type GitReference, gitReference, resolveReference } from './git-reference.ts';
import { isSameRepository } from './repository-url.ts';
import { keyOfSource, type SourceInCluster, specText } from './source-in-cluster.ts';
import {
  elsewhere,
  elsewhereAtEntry,
  includesItself,
  noRevision,
  notCheckedOut,
  notCopied,
  notIncluded,
  notThere,
} from './source-unknown.ts';

/** What a source holds; `id` is equal where two trees are equal. */
export interface SourceReading {
  readonly content: SourceContent;
  readonly tree: SourceTree | null;
  readonly id: string;
}

/** Trees by what they are made from: the clusters of one state of a repository share them. */
export type TreeCache = Map<string, Promise<SourceTree>>;

export interface EntrySource {
  readonly key: string;
  readonly here: boolean;
  /** The entry's own path, for messages. */
  readonly path: string;
  /** The folder that its artifact is made from; empty: the whole repository. */
  readonly root: string;
}

export interface SourceReaderOptions {
  readonly snapshot: Snapshot;
  readonly trees: TreeCache;
  readonly git: Git | null;
  /** Addresses of this repository, where the entry's own source names none. */
  readonly remotes: readonly string[];
  /** Key of the entry's source, and whether it holds this repository, whatever address it is under. */
  readonly entry: EntrySource;
}

/** Finds out what the sources of a cluster hold. */
export class SourceReader {
  readonly #options: SourceReaderOptions;
  /** All sources, for `spec.include` and the entry's address. */
  #sources: ReadonlyMap<string, SourceInCluster> = new Map();
  #readings = new Map<string, Promise<SourceReading>>();
  readonly #revisions = new Map<string, Promise<string | null>>();
  readonly #snapshots = new Map<string, Promise<Snapshot>>();

  constructor(options: SourceReaderOptions) {
    this.#options = options;
  }

  /** Sets what sources there are, as far as is known by now. */
  know(sources: ReadonlyMap<string, SourceInCluster>): void {
    this.#sources = sources;
    this.#readings = new Map();
  }

  /** Reads a source by its key (`Kind/namespace/name`). */
  read(key: string): Promise<SourceReading> {
    return once(this.#readings, key, () => this.#read(key, []));
  }

  async #read(key: string, above: readonly string[]): Promise<SourceReading> {
    const source = this.#sources.get(key);
    const { entry } = this.#options;
    const isEntry = key === entry.key && entry.here;
    if (key === entry.key && !entry.here && source !== undefined)
      return opaque(elsewhereAtEntry(source, entry.path));
    if (source === undefined || (source.manifest === null && !isEntry)) return opaque(notThere(key));
    if (source.kind !== 'GitRepository' && !isEntry) return opaque(elsewhere(source));
    if (!isEntry && !this.#isHere(source)) return opaque(elsewhere(source));
    const where = isEntry ? 'here' : await this.#revisionOf(source);
    if (where === null) return opaque(noRevision(source));
    return this.#readTree(source, where, above);
  }

  #isHere({ manifest }: SourceInCluster): boolean {
    const url = manifest === null ? '' : specText(manifest, 'url');
    const entry = this.#sources.get(this.#options.entry.key)?.manifest ?? null;
    const own = entry === null ? '' : specText(entry, 'url');
    return [...(own === '' ? [] : [own]), ...this.#options.remotes].some((known) =>
      isSameRepository(known, url),
    );
  }

  /** `here`: it moves with what is looked at; else a commit, or `null` where this clone has none. */
  async #revisionOf({ manifest }: SourceInCluster): Promise<string | null> {
    if (manifest === null) return null;
    const reference = gitReference(manifest);
    const entry = this.#sources.get(this.#options.entry.key)?.manifest ?? null;
    if (entry !== null && isSameReference(reference, gitReference(entry))) return 'here';
    const { git } = this.#options;
    if (git === null) return null;
    return once(this.#revisions, `${reference.kind} ${reference.value}`, () =>
      resolveReference(git, reference),
    );
  }

  #snapshotAt(commit: string): Promise<Snapshot> {
    const { git, snapshot } = this.#options;
    if (git === null) return Promise.resolve(snapshot);
    return once(this.#snapshots, commit, () => commitSnapshot(git, commit));
  }

  async #readTree(source: SourceInCluster, where: string, above: readonly string[]): Promise<SourceReading> {
    const follows = where === 'here';
    const rules = await this.#rulesOf(source, above);
    if ('why' in rules) return opaque(rules.why);
    const { entry } = this.#options;
    const root = keyOfSource(source) === entry.key ? entry.root : '';
    const whole = follows ? this.#options.snapshot : await this.#snapshotAt(where);
    const snapshot = root === '' ? whole : folderSnapshot(whole, root);
    const missing = await missingSparse(snapshot, rules.rules.sparse);
    if (missing !== null) return opaque(notCheckedOut(source, missing));
    const clash = await clashingMount(snapshot, rules.rules);
    if (clash !== null) return opaque(notCopied(source, clash.to, clash.problem));
    const id = createHash('sha256').update(`${where}\n${root}\n${rules.id}`).digest('hex');
    const tree = await once(this.#options.trees, id, () => artifactTree(snapshot, rules.rules));
    const content: SourceContent = { kind: 'repository', follows, revision: follows ? null : where };
    return { content, tree, id };
  }

  /** Reads what the source says of its artifact; `why`: a part of it that is not known. */
  async #rulesOf(
    source: SourceInCluster,
    above: readonly string[],
  ): Promise<{ readonly rules: ArtifactRules; readonly id: string } | { readonly why: Unknown }> {
    const spec = source.manifest === null ? null : (fieldsAt(source.manifest, 'spec')[0]?.value ?? null);
    if (spec?.kind !== 'mapping') return { rules: wholeTree, id: '' };
    const ignore = fieldsAt(spec, 'ignore')[0]?.value;
    const submodules = fieldsAt(spec, 'recurseSubmodules')[0]?.value;
    const mounts: Mount[] = [];
    const ids: string[] = [];
    for (const include of mappingsIn(spec, 'include')) {
      const found = await this.#mountOf(source, include, above);
      if ('why' in found) return found;
      mounts.push(found.mount);
      ids.push(found.id);
    }
    const rules: ArtifactRules = {
      ignore: ignore?.kind === 'string' ? ignore.value : null,
      sparse: textsIn(spec, 'sparseCheckout').map((folder) => folder.replace(/^\.\//, '')),
      submodules: submodules?.kind === 'bool' && submodules.value,
      mounts,
    };
    const { mounts: _, ...plain } = rules;
    return { rules, id: JSON.stringify([plain, ids]) };
  }

  async #mountOf(
    source: SourceInCluster,
    include: Mapping,
    above: readonly string[],
  ): Promise<{ readonly mount: Mount; readonly id: string } | { readonly why: Unknown }> {
    const repository = fieldsAt(include, 'repository')[0]?.value;
    const name = repository?.kind === 'mapping' ? textAt(repository, 'name') : '';
    const key = `GitRepository/${source.namespace}/${name}`;
    const own = keyOfSource(source);
    if (key === own || above.includes(key)) return { why: includesItself(source, key) };
    const { tree, content, id } = await this.#read(key, [...above, own]);
    if (tree === null) return { why: notIncluded(source, key, content) };
    const [from, to] = [textAt(include, 'fromPath'), textAt(include, 'toPath') || name].map(trimmedPath);
    return { mount: { tree, from: from ?? '', to: to ?? '' }, id: `${id} ${from} ${to}` };
  }
}

function once<T>(kept: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = make();
  kept.set(key, made);
  return made;
}

const wholeTree: ArtifactRules = { ignore: null, sparse: [], submodules: false, mounts: [] };

function opaque(why: Unknown): SourceReading {
  return { content: { kind: 'opaque', why }, tree: null, id: `opaque ${why.subject}` };
}

/** Source-controller fails where a folder to check out is not there; `null`: all are. */
async function missingSparse(snapshot: Snapshot, sparse: readonly string[]): Promise<string | null> {
  if (sparse.length === 0) return null;
  const files = await snapshot.list();
  return (
    sparse.find((folder) => {
      const trimmed = folder.replace(/\/+$/, '');
      return !files.some(({ path }) => path === trimmed || path.startsWith(`${trimmed}/`));
    }) ?? null
  );
}

/** Source-controller moves an included tree to its place: it has to be there, and its place must not. */
async function clashingMount(
  snapshot: Snapshot,
  { sparse, mounts }: ArtifactRules,
): Promise<{ readonly to: string; readonly problem: string } | null> {
  if (mounts.length === 0) return null;
  const taken = (await snapshot.list())
    .map(({ path }) => path)
    .filter((path) => sparse.length === 0 || sparse.some((start) => path.startsWith(start)));
  for (const { to, from, tree } of mounts) {
    const isWithin = (path: string) => to === '' || path === to || path.startsWith(`${to}/`);
    if (to === '' || taken.some(isWithin)) return { to, problem: 'file exists' };
    const isThere =
      from === '' || tree.files.some(({ path }) => path === from || path.startsWith(`${from}/`));
    if (!isThere && tree.folders?.includes(from) !== true)
      return { to, problem: 'no such file or directory' };
    taken.push(to);
  }
  return null;
}

function isSameReference(a: GitReference, b: GitReference): boolean {
  return a.kind === b.kind && a.value === b.value;
}

function mappingsIn(mapping: Mapping, key: string): Mapping[] {
  const list = fieldsAt(mapping, key)[0]?.value;
  return list?.kind === 'sequence' ? list.items.filter((item) => item.kind === 'mapping') : [];
}

function textsIn(mapping: Mapping, key: string): string[] {
  const list = fieldsAt(mapping, key)[0]?.value;
  if (list?.kind !== 'sequence') return [];
  return list.items.flatMap((item) => (item.kind === 'string' ? [item.value] : []));
}
