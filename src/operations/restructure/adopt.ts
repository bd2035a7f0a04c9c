import { connect } from '../../cluster/connect.ts';
import type { ConnectionOptions } from '../../cluster/connection.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { keyOf } from '../../flux/kustomization.ts';
import type { KustomizationNode } from '../../flux/model/model.ts';
import { adoptionFolder, draftAdoption, planAdoption } from '../../flux/restructure/adopt.ts';
import { type Ground, requireKustomization } from '../../flux/restructure/ground.ts';
import { cleaned } from '../../flux/restructure/place-path.ts';
import type { Restructuring } from '../../flux/restructure/step.ts';
import type { System } from '../../system/system.ts';
import { shownRemote } from '../git/remote-address.ts';
import { requireAsWritten, requireNoDifference } from './adopt-compare.ts';
import { readRelease } from './adopt-helm.ts';
import { readObjectName } from './adopt-names.ts';
import { readAdopted } from './adopt-objects.ts';
import { Helm } from './helm.ts';

/** What is adopted, as typed. */
export interface AdoptRequest {
  /** `HelmRelease/NAME`: one Helm release; or live objects, `KIND/NAME`. */
  readonly objects: readonly string[];
  readonly namespace: string | null;
  /** The Kustomization that is to have them. */
  readonly into: string;
  /** Folder for the files; `null`: the Kustomization's path. */
  readonly folder: string | null;
  readonly repository: string | null;
  readonly secretValues: readonly string[];
  readonly connection: ConnectionOptions;
}

/** Names the request with all that decides what is written, the same however far it got. */
export function adoptTitle(request: AdoptRequest): string {
  const { objects, namespace, into, folder, repository, secretValues } = request;
  const secrets = [...new Set(secretValues)].sort();
  return [
    `adopt ${objects.join(', ')}`,
    ...(namespace === null ? [] : [`of ${namespace}`]),
    ...(repository === null ? [] : [`from ${shownRemote(repository)}`]),
    `into ${into}`,
    ...(folder === null ? [] : [`in ${cleaned(folder)}`]),
    ...(secrets.length === 0 ? [] : [`with ${secrets.join(', ')} secret`]),
  ].join(' ');
}

/** The release that an object names; `null`: it is a live object. */
export function releaseName(typed: string): string | null {
  return (
    /^(?:helmreleases?(?:\.helm\.toolkit\.fluxcd\.io)?|hr|helm|releases?)\/([^/]+)$/i.exec(typed)?.[1] ?? null
  );
}

/**
 * Plans to bring what was made by hand into the repository: reads it from the cluster, writes its files, and makes sure
 * that Flux will change nothing of it. Throws `restructure.refused`, `flux.not-found`, `usage.*`, `config.*`, `cluster.*`,
 * `process.*`.
 */
export async function planAdopt(
  system: System,
  ground: Ground,
  request: AdoptRequest,
): Promise<Restructuring> {
  const target = requireTarget(ground, request);
  const place = { target, folder: await adoptionFolder(ground, target, request.folder) };
  const cluster = await connect(system, request.connection);
  const [first = ''] = request.objects;
  const release = releaseName(first);
  const title = adoptTitle(request);
  if (release !== null) {
    const helm = new Helm(system, request.connection);
    const { repository, secretValues } = request;
    const namespace = request.namespace ?? cluster.namespace;
    const wanted = { name: release, namespace, repository, secretValues };
    const made = await readRelease(system, ground, cluster, helm, wanted, place);
    const { draft, built } = await draftAdoption(ground, { title, target, ...made });
    requireAsWritten(made.plain, built);
    return planAdoption(ground, { title, target, ...made }, draft);
  }
  const refs = [];
  for (const typed of request.objects) refs.push(await readObjectName(cluster, typed, request.namespace));
  const made = await readAdopted(system, ground, cluster, refs, place);
  const { draft, built } = await draftAdoption(ground, { title, target, ...made });
  await requireNoDifference(cluster, made, built);
  return planAdoption(ground, { title, target, ...made }, draft);
}

function requireTarget(ground: Ground, { into }: AdoptRequest): KustomizationNode {
  const target = requireKustomization(ground.cluster, into);
  const { spec } = target.kustomization;
  if (spec.remoteCluster)
    throw new SopskitError(
      'restructure.refused',
      `${keyOf(target.kustomization)} applies to another cluster (spec.kubeConfig)`,
    );
  return target;
}
