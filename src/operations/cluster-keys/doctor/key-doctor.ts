import { connect } from '../../../cluster/connect.ts';
import type { ConnectionOptions } from '../../../cluster/connection.ts';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { RepositoryModel } from '../../../flux/model/model.ts';
import { openWorkspace } from '../../../flux/open-workspace.ts';
import type { Workspace, WorkspaceOptions } from '../../../flux/workspace.ts';
import type { Snapshot } from '../../../repository/snapshot.ts';
import type { System } from '../../../system/system.ts';
import { bindCluster } from '../bind-cluster.ts';
import type { BoundCluster } from '../bound-cluster.ts';
import type { KeyReport } from './key-report.ts';
import { OpenScene } from './open-scene.ts';
import { keyRules } from './registry.ts';
import type { SceneCluster } from './scene.ts';
import { verdictOf } from './verdict.ts';

export interface KeyDoctorRequest {
  readonly workspace: WorkspaceOptions;
  /** `null`: only the repository is looked at. */
  readonly connection: ConnectionOptions | null;
  /** Only Kustomizations of this namespace; `null`: all. */
  readonly namespace: string | null;
}

interface Repository {
  readonly model: RepositoryModel;
  readonly snapshot: Snapshot;
}

/**
 * Tells what stands between the repository's encrypted files and the cluster that is to decrypt them. `null`: there is no
 * Flux repository here, and no cluster was asked for. A cluster that cannot be asked is the report's `failure`, beside
 * what the repository tells; so is a repository that cannot be read. Throws `flux.*` for a path that is not there.
 */
export async function diagnoseKeys(system: System, request: KeyDoctorRequest): Promise<KeyReport | null> {
  const workspace = await openWorkspace(system, request.workspace);
  try {
    const { repository, problem } = await readRepository(workspace, request.workspace);
    if (repository === null && problem === null && request.connection === null) return null;
    const { bound, failure: apart } = await bind(system, request.connection, repository);
    const failure = problem ?? apart;
    const missed = repository === null && problem === null ? [noRepository] : [];
    const sources = { repository, namespace: request.namespace, missed };
    try {
      return await report(system, { ...sources, bound }, failure);
    } catch (error) {
      if (bound === null || !isOfCluster(error)) throw error;
      // a server that dies half-way: the repository is told of all the same
      return await report(system, { ...sources, bound: null }, error);
    }
  } finally {
    await workspace.close();
  }
}

/** Without the files nothing is well because nothing was found. */
const noRepository =
  'the repository: there is none of Flux in this folder, so that the encrypted files, and what opens them, are not known. Run it in the repository, or name its sync path with --path';

/** `problem`: why it cannot be read, though it is there. Throws for a path that was mistyped. */
async function readRepository(
  workspace: Workspace,
  { paths }: WorkspaceOptions,
): Promise<{ readonly repository: Repository | null; readonly problem: SopskitError | null }> {
  try {
    const snapshot = await workspace.snapshot(null);
    const model = await workspace.model(snapshot);
    return { repository: { model, snapshot }, problem: null };
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code === 'interrupted' || paths.length > 0) throw error;
    return { repository: null, problem: error.code === 'flux.no-entry' ? null : error };
  }
}

async function bind(
  system: System,
  connection: ConnectionOptions | null,
  repository: Repository | null,
): Promise<{ readonly bound: BoundCluster | null; readonly failure: SopskitError | null }> {
  if (connection === null) return { bound: null, failure: null };
  try {
    const cluster = await connect(system, connection);
    return { bound: await bindCluster(cluster, repository?.model ?? null, []), failure: null };
  } catch (error) {
    if (!isOfCluster(error)) throw error;
    return { bound: null, failure: forDoctor(error) };
  }
}

/** Here `--cluster` is a switch: a cluster of the repository is chosen by its path. */
function forDoctor(error: SopskitError): SopskitError {
  if (error.code !== 'cluster-key.refused') return error;
  return new SopskitError(error.code, error.message, {
    hint: 'Choose the context that fits with --context, or the cluster of the repository with --path (its sync path).',
    cause: error,
  });
}

function isOfCluster(error: unknown): error is SopskitError {
  return error instanceof SopskitError && /^cluster(?:-key)?\./.test(error.code);
}

async function report(
  system: System,
  sources: Parameters<typeof OpenScene.open>[1],
  failure: SopskitError | null,
): Promise<KeyReport> {
  const scene = await OpenScene.open(system, sources);
  try {
    for (const rule of keyRules) await rule.look(scene);
    const { findings, clusters, unchecked, missed } = scene;
    const none = sources.namespace === null ? null : noneIn(sources.namespace, clusters);
    return {
      ...{ findings: ordered(findings), unchecked, missed, failure: failure ?? none },
      clusters: clusters.map((cluster) => ({
        cluster,
        verdicts: new Map(cluster.kustomizations.map((one) => [one.key, verdictOf(one, cluster, findings)])),
      })),
    };
  } finally {
    scene.wipe();
  }
}

/** A namespace that was mistyped must not look as if all were well in it. */
function noneIn(namespace: string, clusters: readonly SceneCluster[]): SopskitError | null {
  if (clusters.some(({ kustomizations }) => kustomizations.length > 0)) return null;
  return new SopskitError('cluster.not-found', `there is no Kustomization in namespace ${namespace}`, {
    hint: 'Without --namespace it tells of all.',
  });
}

/** The gravest first; else in the order of the rules, which tell causes first. */
function ordered(findings: OpenScene['findings']): OpenScene['findings'] {
  const ranks = { error: 0, warning: 1, note: 2 };
  return [...findings].sort((a, b) => ranks[a.level] - ranks[b.level]);
}
