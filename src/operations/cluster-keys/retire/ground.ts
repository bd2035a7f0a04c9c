import { connect } from '../../../cluster/connect.ts';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import type { RepositoryModel } from '../../../flux/model/model.ts';
import { specText } from '../../../flux/source/source-in-cluster.ts';
import type { Workspace } from '../../../flux/workspace.ts';
import type { FoundIdentities } from '../../../keys/age/found-identity.ts';
import type { Snapshot } from '../../../repository/snapshot.ts';
import type { System } from '../../../system/system.ts';
import { bindCluster } from '../bind-cluster.ts';
import type { BoundCluster } from '../bound-cluster.ts';
import type { KeySecret } from '../key-secret.ts';
import { Clone } from './clone.ts';
import { readSecrets } from './find-target.ts';
import { type LiveUse, readLiveUses } from './live-use.ts';
import type { RetireRequest } from './request.ts';

/** The repository and the clusters, as they were read first. */
export interface Ground {
  readonly clone: Clone;
  readonly work: { readonly snapshot: Snapshot; readonly model: RepositoryModel | null };
  readonly clusters: readonly ReadCluster[];
  /** Names of the repository's clusters that no context was given for. */
  readonly unseen: readonly string[];
}

/** A cluster, its Kustomizations that decrypt, and their Secrets. */
export interface ReadCluster {
  readonly bound: BoundCluster;
  readonly uses: readonly LiveUse[];
  readonly secrets: readonly KeySecret[];
}

/** What a run works on. */
export interface RetireWork extends Ground {
  readonly workspace: Workspace;
  readonly identities: FoundIdentities;
  readonly recipient: string;
}

/** Reads them. Throws `cluster-key.refused`, `git.no-repository`, `cluster.*`. */
export async function readGround(
  system: System,
  workspace: Workspace,
  request: RetireRequest,
): Promise<Ground> {
  const { git } = workspace;
  if (git === null)
    throw new SopskitError(
      'git.no-repository',
      'there is no git repository here, so that nothing tells what needs the key',
      {
        hint: 'Run it inside a clone of the repository that the cluster follows.',
      },
    );
  const clone = new Clone(system, git, request.fetch);
  const snapshot = await workspace.snapshot(null);
  const model = await modelOf(workspace, snapshot);
  const clusters: ReadCluster[] = [];
  for (const connection of request.connections) {
    const cluster = await connect(system, connection);
    const bound = await bindCluster(cluster, model, request.workspace.clusters);
    const uses = await readLiveUses(cluster, bound.controller, await addressesOf(clone, bound));
    clusters.push({ bound, uses, secrets: await readSecrets(bound, uses, request.secret) });
  }
  const seen = new Set(clusters.map(({ bound }) => bound.model?.name));
  const unseen = (model?.clusters ?? []).map(({ name }) => name).filter((name) => !seen.has(name));
  return { clone, work: { snapshot, model }, clusters, unseen: [...new Set(unseen)] };
}

/** Addresses of this repository: the clone's remotes, and what the cluster's own entry fetches. */
export async function addressesOf(
  clone: Clone,
  { model, by, cluster }: BoundCluster,
): Promise<readonly string[]> {
  const remotes = await clone.addresses();
  const entry = model?.kustomizations.get(model.entry.kustomization);
  if (entry === undefined || by !== 'live') return remotes;
  const [kind = '', namespace = '', name = ''] = entry.source.split('/');
  const source = await cluster.get({ apiVersion: 'source.toolkit.fluxcd.io/v1', kind, namespace, name });
  const url = source === null || kind !== 'GitRepository' ? '' : specText(source, 'url');
  return url === '' ? remotes : [...remotes, url];
}

/** `null`: no cluster begins in it. */
export async function modelOf(workspace: Workspace, snapshot: Snapshot): Promise<RepositoryModel | null> {
  try {
    return await workspace.model(snapshot);
  } catch (error) {
    if (error instanceof SopskitError && error.code === 'flux.no-entry') return null;
    throw error;
  }
}
