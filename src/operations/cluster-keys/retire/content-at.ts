import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { Build } from '../../../flux/build/build.ts';
import type { SourceTree } from '../../../flux/build/source-tree.ts';
import type { KustomizationDecryption } from '../../../flux/decryption/decryption.ts';
import { findDecryptions } from '../../../flux/decryption/find-decryptions.ts';
import type { FluxKustomization } from '../../../flux/kustomization.ts';
import type { ClusterModel } from '../../../flux/model/model.ts';
import type { SourceInCluster } from '../../../flux/source/source-in-cluster.ts';
import { SourceReader } from '../../../flux/source/source-reader.ts';
import type { Workspace } from '../../../flux/workspace.ts';
import type { Snapshot } from '../../../repository/snapshot.ts';
import type { LiveSource, LiveUse } from './live-use.ts';
import type { UnknownNeed } from './verdict.ts';

/** What a live Kustomization reads from a commit of this repository. */
export interface ContentAt {
  readonly decryption: KustomizationDecryption | null;
  readonly unknown: readonly UnknownNeed[];
}

/**
 * Reads what a Kustomization, as it stands in the cluster, makes of a commit: its own path and source there, whatever the
 * repository says of them at that commit.
 */
export async function contentAt(
  workspace: Workspace,
  { key, live, source }: LiveUse,
  snapshot: Snapshot,
): Promise<ContentAt> {
  const { tree, unknown } = await treeOf(workspace, source, snapshot, live.kustomization.spec.path);
  if (tree === null) return { decryption: null, unknown };
  // variables change values, never which files are read
  const { spec } = live.kustomization;
  const plain: FluxKustomization = { ...live.kustomization, spec: { ...spec, postBuild: null } };
  const build = await buildOf(workspace, plain, tree);
  const model: ClusterModel = {
    name: '',
    entry: { kind: 'gotk-sync', file: null, kustomization: key },
    kustomizations: new Map([
      [key, { kustomization: plain, owners: [], source: source.key, tree, build, place: null }],
    ]),
    sources: new Map(),
    unknowns: [],
  };
  const decryptions = await findDecryptions(model);
  const decryption = decryptions.find((one) => one.key === key) ?? null;
  return { decryption, unknown: decryption === null ? [] : unknownsOf(decryption) };
}

/**
 * What matters here of what is not known: other sources and other servers, and that nothing can be built, which hides them.
 * That a value or a variable is not known changes nothing of which files are read.
 */
export function unknownsOf({ unknowns }: KustomizationDecryption): UnknownNeed[] {
  const matters = ['remote-base', 'opaque-source', 'no-revision', 'unreadable', 'no-kustomize'];
  return unknowns
    .filter(({ reason }) => matters.includes(reason))
    .map(({ message, fix }) => ({ why: message, fix }));
}

async function treeOf(
  { git }: Workspace,
  source: LiveSource,
  snapshot: Snapshot,
  path: string,
): Promise<{ readonly tree: SourceTree | null; readonly unknown: readonly UnknownNeed[] }> {
  const [kind = '', namespace = '', name = ''] = source.key.split('/');
  const own: SourceInCluster = { kind, namespace, name, manifest: source.manifest };
  const entry = { key: source.key, here: true, path, root: '' };
  const reader = new SourceReader({ snapshot, trees: new Map(), git, remotes: [source.url], entry });
  reader.know(new Map([[source.key, own]]));
  const { tree, content } = await reader.read(source.key);
  if (content.kind === 'repository') return { tree, unknown: [] };
  return { tree: null, unknown: [{ why: content.why.message, fix: content.why.fix }] };
}

async function buildOf(
  { builder }: Workspace,
  kustomization: FluxKustomization,
  tree: SourceTree,
): Promise<Build> {
  try {
    return await builder.build(kustomization, tree, { find: () => null });
  } catch (error) {
    if (!(error instanceof SopskitError)) throw error;
    const { message, hint: fix = 'See the message.' } = error;
    const reason = error.code.startsWith('process.') ? 'no-kustomize' : 'unreadable';
    return { kind: 'unknown', unknowns: [{ reason, subject: kustomization.name, message, fix }] };
  }
}
