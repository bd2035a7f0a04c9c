import type { Cluster } from '../../../cluster/cluster.ts';
import { connect } from '../../../cluster/connect.ts';
import type { ConnectionOptions } from '../../../cluster/connection.ts';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { KustomizationDecryption } from '../../../flux/decryption/decryption.ts';
import { findDecryptions } from '../../../flux/decryption/find-decryptions.ts';
import { fluxVersion, isAtLeast } from '../../../flux/lint/flux-version.ts';
import { LintCluster } from '../../../flux/lint/lint-cluster.ts';
import { LintFiles } from '../../../flux/lint/lint-files.ts';
import type { ClusterModel, RepositoryModel } from '../../../flux/model/model.ts';
import { openWorkspace } from '../../../flux/open-workspace.ts';
import type { Workspace, WorkspaceOptions } from '../../../flux/workspace.ts';
import type { Snapshot } from '../../../repository/snapshot.ts';
import type { System } from '../../../system/system.ts';
import type { Mapping } from '../../../tree/value.ts';
import { bindCluster } from '../bind-cluster.ts';
import type { FluxController } from '../bound-cluster.ts';
import { findController } from '../find-controller.ts';
import type { InstallAnswer } from './install-answer.ts';
import { type InstallScene, type InstallWishes, prepareInstall } from './install-key.ts';
import { findLocalKeys, type LocalKeys } from './local-key.ts';
import { chooseModel } from './named-model.ts';
import { unaskingSystem } from './unasking-system.ts';

export interface InstallRequest extends InstallWishes {
  readonly connection: ConnectionOptions;
  /** Which repository, and which cluster of it (`clusters`). */
  readonly workspace: WorkspaceOptions;
  /** Whether the manifest is wanted instead; no cluster is asked then. */
  readonly export: boolean;
}

export interface Installed {
  readonly answer: InstallAnswer;
  /** Of an export: the objects, which hold the keys in base64. Else none. */
  readonly manifests: readonly Mapping[];
}

/**
 * Puts the key of this machine that opens the repository's files into the cluster, where Flux finds it. Throws
 * `cluster-key.*`, `cluster.*`, `identity.*`, `file.*`, `flux.*`.
 */
export async function installKey(system: System, request: InstallRequest): Promise<Installed> {
  const local = await findLocalKeys(system, request.identityFile);
  try {
    return await installFrom(system, request, local);
  } finally {
    local.wipe();
  }
}

async function installFrom(system: System, request: InstallRequest, local: LocalKeys): Promise<Installed> {
  const unasking = unaskingSystem(system, await identityLines(local));
  const workspace = await openWorkspace(unasking, { ...request.workspace, clusters: [] });
  try {
    const repository = await readRepository(workspace, request.workspace);
    const scene = await sceneOf(system, request, repository);
    const prepared = await prepareInstall(system, scene, request, local);
    try {
      await prepared.write();
      return { answer: prepared.answer, manifests: request.export ? prepared.manifests() : [] };
    } finally {
      prepared.wipe();
    }
  } finally {
    await workspace.close();
  }
}

/** The age identities, a line each. */
async function identityLines({ keys }: LocalKeys): Promise<string> {
  const lines: string[] = [];
  for (const key of keys.filter(({ kind }) => kind !== 'pgp')) {
    const text = await key.text();
    lines.push(text.lendText((line) => line.trim()));
    text.wipe();
  }
  return lines.join('\n');
}

interface Repository {
  readonly model: RepositoryModel;
  readonly snapshot: Snapshot;
}

/** `null`, or why there is nothing to check. */
async function readRepository(
  workspace: Workspace,
  { paths, clusters }: WorkspaceOptions,
): Promise<Repository | string> {
  const isNamed = paths.length > 0 || clusters.length > 0;
  if (workspace.git === null && !isNamed)
    return 'this folder is in no git repository, so it was not checked what the key opens';
  try {
    const snapshot = await workspace.snapshot(null);
    return { model: await workspace.model(snapshot), snapshot };
  } catch (error) {
    if (isNamed || !(error instanceof SopskitError) || error.code !== 'flux.no-entry') throw error;
    return 'the repository has nothing of Flux yet, so it was not checked what the key opens';
  }
}

async function sceneOf(
  system: System,
  request: InstallRequest,
  repository: Repository | string,
): Promise<InstallScene> {
  const known = typeof repository === 'string' ? null : repository;
  const cluster = await clusterOf(system, request);
  const { clusters } = request.workspace;
  // who has no repository needs no right to read Kustomizations
  const bound = cluster === null || known === null ? null : await bindCluster(cluster, known.model, clusters);
  const live = bound?.controller ?? (cluster === null ? null : await findController(cluster));
  const model = bound === null ? chooseModel(known?.model ?? null, clusters) : bound.model;
  const files = new LintFiles();
  const decryptions: KustomizationDecryption[] = [];
  for (const one of known?.model.clusters ?? []) decryptions.push(...(await findDecryptions(one, files)));
  return {
    cluster,
    model: model === null ? null : { name: model.name, by: bound?.by ?? 'named' },
    controller: live ?? (await controllerIn(model, files)),
    decryptions,
    snapshot: known?.snapshot ?? null,
    unchecked: typeof repository === 'string' ? repository : null,
  };
}

/** A dry run without any kubeconfig checks what can be checked here. */
async function clusterOf(system: System, request: InstallRequest): Promise<Cluster | null> {
  if (request.export) return null;
  try {
    return await connect(system, request.connection);
  } catch (error) {
    const { kubeconfig, context } = request.connection;
    const isNamed = kubeconfig !== null || context !== null;
    const isNone =
      error instanceof SopskitError &&
      error.code === 'cluster.config' &&
      error.message.startsWith('There is no kubeconfig');
    if (!request.dryRun || isNamed || !isNone) throw error;
    return null;
  }
}

/** What the repository says of the Flux that it installs. */
async function controllerIn(model: ClusterModel | null, files: LintFiles): Promise<FluxController | null> {
  if (model === null) return null;
  const version = await fluxVersion(await LintCluster.open(model, files));
  if (version === null) return null;
  return {
    namespace: 'flux-system',
    version: `v${version.major}.${version.minor}`,
    readsHybrid: isAtLeast(version, '2.9'),
    sopsAgeSecret: null,
  };
}
