import type { Place } from '../../errors/sopskit-error.ts';
import type { KubernetesObject } from '../../manifests/kubernetes-object.ts';
import { leavesBelow } from '../../manifests/leaves-below.ts';
import type { Subject } from '../../repository/check/subject.ts';
import { entriesOf } from '../../tree/mapping.ts';
import { nodeAt } from '../../tree/node-at.ts';
import type { Path } from '../../tree/path.ts';
import type { Mapping } from '../../tree/value.ts';
import type { SourceTree } from '../build/source-tree.ts';
import { type FluxKustomization, type KustomizationSpec, keyOf } from '../kustomization.ts';
import type { KustomizationNode } from '../model/model.ts';
import type { ObjectId } from '../object-id.ts';
import type { LintFiles } from './lint-files.ts';
import { fromBuild, fromFile, type LintObject } from './lint-object.ts';
import { type Reach, type ReachedFile, reachOf } from './reach.ts';
import { bestMatch, type WrittenObject } from './written-object.ts';

/** A Kustomization while it is looked at; what rules share is worked out once. */
export class LintNode {
  readonly key: string;
  readonly node: KustomizationNode;
  readonly #files: LintFiles;
  readonly #manifestTree: SourceTree | null;
  #reach: Promise<Reach> | null = null;
  #objects: Promise<readonly LintObject[]> | null = null;
  #written: Promise<readonly WrittenObject[]> | null = null;
  #manifest: Promise<WrittenObject | null> | null = null;

  /** `parentTree`: of the Kustomization that applies its manifest. */
  constructor(node: KustomizationNode, files: LintFiles, parentTree: SourceTree | null) {
    this.key = keyOf(node.kustomization);
    this.node = node;
    this.#files = files;
    this.#manifestTree = parentTree ?? node.tree;
  }

  get kustomization(): FluxKustomization {
    return this.node.kustomization;
  }

  get spec(): KustomizationSpec {
    return this.node.kustomization.spec;
  }

  /** Whether the controller decrypts what it applies. */
  get decrypts(): boolean {
    return this.spec.decryption?.provider === 'sops';
  }

  /** What its build reads; nothing where the source is opaque. */
  reach(): Promise<Reach> {
    this.#reach ??= this.#findReach();
    return this.#reach;
  }

  async #findReach(): Promise<Reach> {
    const { tree } = this.node;
    if (tree === null) return { files: [], kustomizations: [], scanned: [], missing: [], unread: [] };
    return reachOf(this.#files, tree, this.spec.path, this.spec.components);
  }

  /** A file of its source. */
  async subject(path: string): Promise<Subject | null> {
    return this.node.tree === null ? null : this.#files.subject(this.node.tree, path);
  }

  /** What it applies. */
  objects(): Promise<readonly LintObject[]> {
    this.#objects ??= this.#findObjects();
    return this.#objects;
  }

  async #findObjects(): Promise<readonly LintObject[]> {
    if (this.node.build.kind === 'built') return this.node.build.objects.map(fromBuild);
    const written = await this.written();
    return written
      .filter(({ file }) => file.role === 'resource')
      .map(({ object }) => fromFile(object, this.spec.targetNamespace));
  }

  /** The objects in the files that its build reads, each with its file. */
  written(): Promise<readonly WrittenObject[]> {
    this.#written ??= this.#findWritten();
    return this.#written;
  }

  async #findWritten(): Promise<readonly WrittenObject[]> {
    const { files } = await this.reach();
    const found: WrittenObject[] = [];
    for (const file of files) {
      if (file.role !== 'resource') continue;
      found.push(...(await this.#objectsIn(file, this.node.tree)));
    }
    return found;
  }

  async #objectsIn(file: ReachedFile, tree: SourceTree | null): Promise<WrittenObject[]> {
    const subject = tree === null ? null : await this.#files.subject(tree, file.path);
    return ((await subject?.objects()) ?? []).map(({ part, ...object }) => ({
      file,
      object,
      lineOffset: part.lineOffset,
      sealed: part.metadata !== null,
    }));
  }

  /**
   * Where an object of its build is written, as exactly as can be told: the manifest (or what `path` names in it), else
   * the kustomization that generates it, else the Kustomization itself.
   */
  async placeOf(identity: ObjectId, path: Path = []): Promise<Place> {
    const found = bestMatch(await this.written(), identity);
    if (found !== null) return placeIn(found, path);
    return (await this.#generatorOf(identity)) ?? (await this.place());
  }

  async #generatorOf({ kind, name }: ObjectId): Promise<Place | null> {
    const key = kind === 'ConfigMap' ? 'configMapGenerator' : kind === 'Secret' ? 'secretGenerator' : null;
    if (key === null) return null;
    for (const { path, data } of (await this.reach()).kustomizations) {
      const list = nodeAt(data, [key]);
      const items = list?.kind === 'sequence' ? list.items : [];
      for (const [index, item] of items.entries()) {
        const own = item.kind === 'mapping' ? nodeAt(item, ['name']) : null;
        if (own?.kind === 'string' && name.includes(own.value)) {
          return { file: path, ...lineOf(item.line, 0), path: [key, index] };
        }
      }
    }
    return null;
  }

  /** Where its manifest is written, or what `path` names in it; the nearest that there is above that. */
  async place(path: Path = []): Promise<Place> {
    this.#manifest ??= this.#findManifest();
    const manifest = await this.#manifest;
    return manifest === null ? (this.node.place ?? {}) : placeIn(manifest, path);
  }

  async #findManifest(): Promise<WrittenObject | null> {
    const { place } = this.node;
    if (place?.file === undefined || this.#manifestTree === null) return null;
    const file: ReachedFile = { path: place.file, role: 'resource', by: null };
    const { namespace, name } = this.kustomization;
    const group = 'kustomize.toolkit.fluxcd.io';
    return bestMatch(await this.#objectsIn(file, this.#manifestTree), {
      namespace,
      name,
      group,
      kind: 'Kustomization',
    });
  }
}

function placeIn({ file, object, lineOffset }: WrittenObject, path: Path): Place {
  const found = nearest(object, path);
  return {
    file: file.path,
    ...lineOf(found.line, lineOffset),
    ...(found.path.length === 0 ? {} : { path: [...object.path, ...found.path] }),
  };
}

/** The node at a path, or the deepest one above it. */
function nearest({ manifest }: KubernetesObject, path: Path): { line: number | undefined; path: Path } {
  for (let length = path.length; length > 0; length--) {
    const node = nodeAt(manifest, path.slice(0, length));
    if (node !== null) return { line: keyLine(manifest, path.slice(0, length)), path: path.slice(0, length) };
  }
  return { line: manifest.line, path: [] };
}

/** A map or list in block style begins below its key; the line above is where people look. */
function keyLine(manifest: KubernetesObject['manifest'], path: Path): number | undefined {
  const node = nodeAt(manifest, path);
  if (node?.line === undefined) return undefined;
  const key = path.at(-1);
  const parent = nodeAt(manifest, path.slice(0, -1));
  if ((node.kind !== 'mapping' && node.kind !== 'sequence') || parent?.kind !== 'mapping') return node.line;
  // where the field before ends right above it, there is no line for a key: it is in flow style, behind its own
  return lastLineBefore(parent, key) >= node.line - 1 ? node.line : Math.max(node.line - 1, 1);
}

function lastLineBefore(parent: Mapping, key: Path[number] | undefined): number {
  const entries = entriesOf(parent);
  const before = entries[entries.findIndex((entry) => entry.key === key) - 1];
  if (before === undefined) return (parent.line ?? 0) - 1;
  if (before.value.kind !== 'mapping' && before.value.kind !== 'sequence') return before.value.line ?? 0;
  const lines = before.value.kind === 'mapping' ? leavesBelow(before.value).map(({ leaf }) => leaf.line) : [];
  return Math.max(...lines.map((line) => line ?? 0), before.value.line ?? 0);
}

function lineOf(line: number | undefined, offset: number): { line?: number } {
  return line === undefined ? {} : { line: line + offset };
}
