import { SopskitError } from '../../errors/sopskit-error.ts';
import { valueAt } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import { type Artifact, joinPath } from './artifact.ts';
import { kustomizationPaths, mapsAt, readKustomizationFile, textOf, textsAt } from './kustomization-file.ts';
import { isRemoteBase, isRemoteFile } from './remote.ts';

/** Something that a kustomization names, and the kustomization. */
export interface Reference {
  readonly text: string;
  readonly from: string;
}

/** What a kustomize build can read. */
export interface Reach {
  readonly files: ReadonlySet<string>;
  /** Folders that are named: without a kustomization they hold none of the files. */
  readonly folders: ReadonlySet<string>;
  /** What is named and not in the artifact, from its top. */
  readonly absent: readonly string[];
  /** Kustomizations by their folder, in the order in which they are reached; those that cannot be read are left out. */
  readonly kustomizations: ReadonlyMap<string, Mapping>;
  /** What it would fetch from elsewhere. */
  readonly remotes: readonly Reference[];
  /** What leads out of the artifact: the controller refuses it. */
  readonly escapes: readonly Reference[];
  /** What lies in a submodule. */
  readonly foreign: readonly Reference[];
}

/**
 * Finds all that a build of a folder can read, through folders of kustomizations, without running anything. Where
 * generators or transformers are files, whose fields nobody can know, that is the whole artifact.
 */
export async function reach(
  artifact: Artifact,
  root: { readonly folder: string; readonly file: string; readonly kustomization: Mapping },
): Promise<Reach> {
  const walk = new Walk(artifact);
  walk.kustomizations.set(root.folder, root.kustomization);
  for (const file of kustomizationPaths(artifact, root.folder)) walk.files.add(file);
  await walk.kustomization(root.folder, root.file, root.kustomization);
  if (walk.whole) for (const file of artifact.paths) walk.files.add(file);
  return walk;
}

class Walk implements Reach {
  readonly files = new Set<string>();
  readonly folders = new Set<string>();
  readonly absent: string[] = [];
  readonly kustomizations = new Map<string, Mapping>();
  readonly remotes: Reference[] = [];
  readonly escapes: Reference[] = [];
  readonly foreign: Reference[] = [];
  whole = false;
  readonly #artifact: Artifact;
  readonly #seen = new Set<string>();

  constructor(artifact: Artifact) {
    this.#artifact = artifact;
  }

  async kustomization(folder: string, file: string, mapping: Mapping): Promise<void> {
    for (const key of ['resources', 'bases', 'components']) {
      for (const text of textsAt(mapping, key)) await this.#base(folder, { text, from: file });
    }
    for (const key of ['generators', 'transformers', 'validators']) {
      for (const text of textsAt(mapping, key)) {
        if (text.includes('\n')) continue;
        this.whole = true;
        await this.#base(folder, { text, from: file });
      }
    }
    for (const text of filesOf(mapping)) this.#file(folder, { text, from: file });
  }

  /** A file of manifests, or a folder with a kustomization. */
  async #base(folder: string, reference: Reference): Promise<void> {
    if (isRemoteBase(reference.text)) {
      this.remotes.push(reference);
      return;
    }
    const at = this.#place(folder, reference);
    if (at === null) return;
    if (this.#artifact.isFolder(at)) await this.#folder(at);
    else this.#fileAt(at);
  }

  #fileAt(at: string): void {
    if (this.#artifact.isFile(at)) this.files.add(at);
    else if (this.#artifact.isFolder(at)) this.folders.add(at);
    else this.absent.push(at);
  }

  async #folder(folder: string): Promise<void> {
    if (this.#seen.has(folder)) return;
    this.#seen.add(folder);
    this.folders.add(folder);
    const all = kustomizationPaths(this.#artifact, folder);
    for (const file of all) this.files.add(file);
    const [first] = all;
    if (first === undefined || this.kustomizations.has(folder)) return;
    const mapping = await this.#read(first);
    if (mapping === null) return;
    this.kustomizations.set(folder, mapping);
    await this.kustomization(folder, first, mapping);
  }

  /** What is no YAML is left to kustomize, which says so. */
  async #read(file: string): Promise<Mapping | null> {
    try {
      return (await readKustomizationFile(this.#artifact, file)).mapping;
    } catch (error) {
      if (error instanceof SopskitError) return null;
      throw error;
    }
  }

  #file(folder: string, reference: Reference): void {
    if (isRemoteFile(reference.text)) {
      this.remotes.push(reference);
      return;
    }
    const at = this.#place(folder, reference);
    if (at !== null) this.#fileAt(at);
  }

  #place(folder: string, reference: Reference): string | null {
    const at = joinPath(folder, reference.text);
    if (at === null) this.escapes.push(reference);
    else if (this.#artifact.isForeign(at)) this.foreign.push(reference);
    else return at;
    return null;
  }
}

/** Lists what the other fields of a kustomization name. */
function filesOf(mapping: Mapping): string[] {
  const openapi = valueAt(mapping, 'openapi');
  const schema = openapi?.kind === 'mapping' ? textOf(openapi, 'path') : null;
  const paths = ['patches', 'patchesJson6902', 'replacements'].flatMap((key) =>
    mapsAt(mapping, key).flatMap((item) => textOf(item, 'path') ?? []),
  );
  return [
    ...textsAt(mapping, 'crds'),
    ...textsAt(mapping, 'configurations'),
    ...textsAt(mapping, 'patchesStrategicMerge').filter((text) => !/[\n{]/.test(text)),
    ...paths,
    ...(schema === null ? [] : [schema]),
    ...['configMapGenerator', 'secretGenerator'].flatMap((key) => mapsAt(mapping, key).flatMap(sourcesOf)),
  ].filter((text) => text !== '');
}

/** The files that an item of a generator reads. */
function sourcesOf(generator: Mapping): string[] {
  const env = textOf(generator, 'env');
  return [
    ...textsAt(generator, 'files').map((text) => text.slice(text.indexOf('=') + 1)),
    ...textsAt(generator, 'envs'),
    ...(env === null ? [] : [env]),
  ];
}
