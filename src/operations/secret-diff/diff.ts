import type { Cluster } from '../../cluster/cluster.ts';
import { connect } from '../../cluster/connect.ts';
import type { ConnectionOptions } from '../../cluster/connection.ts';
import { openWorkspace } from '../../flux/open-workspace.ts';
import type { Workspace, WorkspaceOptions } from '../../flux/workspace.ts';
import { checkNamespace } from '../../manifests/secret-manifest-rules.ts';
import { printablePath } from '../../system/path-text.ts';
import type { System } from '../../system/system.ts';
import { type ChosenFile, chosenFiles } from './chosen-files.ts';
import { compareAll } from './compare-all.ts';
import type { SecretComparison } from './compared.ts';
import { fluxSide } from './flux-side.ts';
import { secretsOfFiles } from './from-files.ts';
import { secretsOfCluster } from './from-kustomizations.ts';
import { nothingIn } from './nothing-compared.ts';
import { allOfFlux, chosenOfFlux, type FluxSecrets } from './of-flux.ts';
import { withStanding } from './standing-notes.ts';

export interface SecretDiffRequest {
  /** Files and folders, as typed; none: all that the cluster's Kustomizations build, or the current folder. */
  readonly words: readonly string[];
  /** Of manifests that name none; of Kustomizations' Secrets: the only one. `null`: the context's, all. */
  readonly namespace: string | null;
  readonly connection: ConnectionOptions;
  readonly workspace: WorkspaceOptions;
}

/**
 * Compares the Secrets of a repository with those of a cluster, and changes nothing. Throws `cluster.*`,
 * `cluster-key.refused` where it cannot be told which of the repository's clusters is asked, `file.*`,
 * `manifest.invalid` where there is no Secret to compare.
 */
export async function diffSecrets(system: System, request: SecretDiffRequest): Promise<SecretComparison> {
  if (request.namespace !== null) checkNamespace(request.namespace);
  const cluster = await connect(system, request.connection);
  const workspace = await openWorkspace(system, { ...request.workspace, clusters: [] });
  try {
    return await compareIn(system, cluster, workspace, request);
  } finally {
    await workspace.close();
  }
}

async function compareIn(
  system: System,
  cluster: Cluster,
  workspace: Workspace,
  request: SecretDiffRequest,
): Promise<SecretComparison> {
  const { words } = request;
  const chosen = words.length === 0 ? null : await chosenFiles(system, words, workspace.root);
  const flux = await fluxSide(workspace, cluster, request.workspace);
  const asked = { ...request, fallback: cluster.namespace };
  const { wanted, unlooked, passedOver, extras } =
    flux === null
      ? await asTheyStand(system, chosen ?? (await chosenFiles(system, ['.'], workspace.root)), asked)
      : chosen === null
        ? allOfFlux(flux, await secretsOfCluster(flux.cluster, null, flux.live), request.namespace)
        : await chosenOfFlux(system, flux, chosen, asked);
  const compared = await compareAll(cluster, wanted, extras);
  const head = await headOf(workspace);
  return {
    context: cluster.context,
    server: cluster.server,
    cluster: flux?.cluster.name ?? null,
    secrets: flux === null ? compared.secrets : withStanding(compared.secrets, flux, head, cluster.flags),
    unlooked: [...unlooked, ...compared.unlooked],
    passedOver,
  };
}

/** Files outside of a Flux repository. */
async function asTheyStand(
  system: System,
  files: readonly ChosenFile[],
  { words, namespace, fallback }: SecretDiffRequest & { readonly fallback: string },
): Promise<FluxSecrets> {
  const found = await secretsOfFiles(system, files, namespace ?? fallback);
  if (found.wanted.length + found.unlooked.length === 0) throw nothingIn(words, []);
  const passedOver = found.empty.map((file) => `${printablePath(file)} holds no Secret`);
  return { ...found, passedOver, extras: [] };
}

/** The commit that is checked out; `null`: there is none. */
async function headOf({ git }: Workspace): Promise<string | null> {
  if (git === null) return null;
  const { text } = await git.run(['rev-parse', '--verify', '--quiet', 'HEAD'], { statuses: [0, 1] });
  return text.trim() || null;
}
