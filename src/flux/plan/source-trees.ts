import type { Snapshot } from '../../repository/snapshot.ts';
import { sameData } from '../../tree/equal.ts';
import { entriesOf } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import type { SourceTree } from '../build/source-tree.ts';
import type { ClusterModel, SourceNode } from '../model/model.ts';
import { SourceReader } from '../source/source-reader.ts';
import type { Unknown } from '../unknown.ts';
import type { Workspace } from '../workspace.ts';
import type { Side } from './change.ts';
import { mappingAt } from './cluster-objects.ts';
import type { ClusterPair } from './pair-clusters.ts';

/** What a source holds on one side: its tree, or why there is none. */
export type TreeReading =
  | { readonly tree: SourceTree }
  /** The source is not there yet: who uses it fails. */
  | { readonly absent: string }
  | { readonly unknown: Unknown };

/**
 * Reads the trees of a cluster's sources on both sides. A source that the head has no more still moves to the head before
 * it is deleted.
 */
export class SourceTrees {
  readonly #workspace: Workspace;
  readonly #pair: ClusterPair;
  readonly #snapshots: Readonly<Record<Side, Snapshot>> | null;
  #former: SourceReader | null = null;

  constructor(workspace: Workspace, pair: ClusterPair, snapshots: Readonly<Record<Side, Snapshot>> | null) {
    this.#workspace = workspace;
    this.#pair = pair;
    this.#snapshots = snapshots;
  }

  async read(key: string, side: Side): Promise<TreeReading> {
    const own = this.#pair[side]?.sources.get(key);
    if (own != null && own.tree !== null) return { tree: own.tree };
    if (side === 'head' && this.#pair.base?.sources.get(key)?.tree != null) return this.#formerTree(key);
    if (own === undefined || own.manifest === null) return { absent: key };
    return own.content.kind === 'opaque' ? { unknown: own.content.why } : { absent: key };
  }

  /** The head's tree of a source as the base has it; `null` where the head has it alike. */
  async midway(key: string): Promise<TreeReading | null> {
    const [old, now] = [this.#pair.base?.sources.get(key), this.#pair.head?.sources.get(key)];
    if (old?.tree == null || now?.tree == null || takesAlike(old, now)) return null;
    return this.#formerTree(key);
  }

  /** The head's tree of a source that only the base has. */
  async #formerTree(key: string): Promise<TreeReading> {
    const { base } = this.#pair;
    if (base === null) return { absent: key };
    if (this.#snapshots === null) return { unknown: notRead(key) };
    this.#former ??= await this.#openFormer(base, this.#snapshots.head);
    const { tree, content } = await this.#former.read(key);
    if (tree !== null) return { tree };
    return content.kind === 'opaque' ? { unknown: content.why } : { absent: key };
  }

  async #openFormer(base: ClusterModel, snapshot: Snapshot): Promise<SourceReader> {
    const node = base.kustomizations.get(base.entry.kustomization);
    const key = node?.source ?? '';
    const here = base.sources.get(key)?.content.kind === 'repository';
    const reader = new SourceReader({
      snapshot,
      trees: new Map(),
      git: this.#workspace.git,
      remotes: await remotesOf(this.#workspace),
      entry: { key, here, path: node?.kustomization.spec.path ?? '', root: '' },
    });
    reader.know(base.sources);
    return reader;
  }
}

/** Fields of a source that say nothing of what its artifact holds. */
const notOfContent = [
  'interval',
  'timeout',
  'secretRef',
  'url',
  'provider',
  'suspend',
  'proxySecretRef',
  'verify',
];

function takesAlike(one: SourceNode, other: SourceNode): boolean {
  if (one.manifest === null || other.manifest === null) return one.manifest === other.manifest;
  const [ours, theirs] = [contentFields(one.manifest), contentFields(other.manifest)];
  return sameData(ours, theirs);
}

function contentFields(manifest: Mapping): Mapping {
  const spec = mappingAt(manifest, 'spec');
  const entries = spec === null ? [] : entriesOf(spec);
  return { kind: 'mapping', entries: entries.filter(({ key }) => !notOfContent.includes(String(key))) };
}

function notRead(key: string): Unknown {
  return {
    reason: 'opaque-source',
    subject: key,
    message: `what ${key} holds at the head is not known, because the head has it no more`,
    fix: 'Remove the source in a commit of its own.',
  };
}

async function remotesOf({ git }: Workspace): Promise<readonly string[]> {
  if (git === null) return [];
  const { text } = await git.run(['config', '--get-regexp', '^remote\\..*\\.(push)?url$'], { statuses: [1] });
  return text.split('\n').flatMap((line) => (line.includes(' ') ? [line.slice(line.indexOf(' ') + 1)] : []));
}
