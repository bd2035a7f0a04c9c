import type { Cluster } from '../../cluster/cluster.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { LintCluster } from '../../flux/lint/lint-cluster.ts';
import { LintFiles } from '../../flux/lint/lint-files.ts';
import type { ClusterModel, RepositoryModel } from '../../flux/model/model.ts';
import type { LiveKustomization } from '../../flux/plan/change.ts';
import type { Workspace } from '../../flux/workspace.ts';
import { bindCluster } from '../cluster-keys/bind-cluster.ts';

/** The Flux repository around, with the cluster that is asked. */
export interface FluxSide {
  readonly cluster: LintCluster;
  readonly others: readonly LintCluster[];
  readonly live: ReadonlyMap<string, LiveKustomization>;
  /** Why nothing is known of the live Kustomizations; `null`: it is. */
  readonly unread: string | null;
}

/** `null`: nothing of Flux is in the repository. Throws `cluster-key.refused`, `cluster.*`, `flux.*`. */
export async function fluxSide(
  workspace: Workspace,
  cluster: Cluster,
  asked: { readonly paths: readonly string[]; readonly clusters: readonly string[] },
): Promise<FluxSide | null> {
  const repository = await modelOf(workspace, asked.paths.length > 0 || asked.clusters.length > 0);
  if (repository === null) return null;
  const bound = await bindOrGuess(cluster, repository, asked.clusters);
  if (bound.model === null) return null;
  const files = new LintFiles();
  const others = repository.clusters.filter((one) => one !== bound.model);
  return {
    cluster: await LintCluster.open(bound.model, files),
    others: await Promise.all(others.map((one) => LintCluster.open(one, files))),
    live: bound.live,
    unread: bound.unread,
  };
}

async function modelOf(workspace: Workspace, isAsked: boolean): Promise<RepositoryModel | null> {
  try {
    return await workspace.model(await workspace.snapshot(null));
  } catch (error) {
    if (!isAsked && error instanceof SopskitError && error.code === 'flux.no-entry') return null;
    throw error;
  }
}

interface Bound {
  readonly model: ClusterModel | null;
  readonly live: ReadonlyMap<string, LiveKustomization>;
  readonly unread: string | null;
}

/** Who may read Secrets only can still compare them, where there is no doubt which cluster it is. */
async function bindOrGuess(
  cluster: Cluster,
  repository: RepositoryModel,
  named: readonly string[],
): Promise<Bound> {
  try {
    return { ...(await bindCluster(cluster, repository, named)), unread: null };
  } catch (error) {
    const [only, ...more] = repository.clusters;
    const isDenied = error instanceof SopskitError && error.code === 'cluster.denied';
    if (!isDenied || only === undefined || more.length > 0 || named.length > 0) throw error;
    return { model: only, live: new Map(), unread: error.message };
  }
}
