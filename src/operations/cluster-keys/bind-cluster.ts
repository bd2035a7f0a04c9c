import type { Cluster } from '../../cluster/cluster.ts';
import { textIn } from '../../cluster/fields.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { keyOf } from '../../flux/kustomization.ts';
import type { ClusterModel, RepositoryModel } from '../../flux/model/model.ts';
import type { LiveKustomization } from '../../flux/plan/change.ts';
import { isSameRepository } from '../../flux/source/repository-url.ts';
import { kustomizationKind, liveKustomization } from '../live-state.ts';
import type { BoundCluster } from './bound-cluster.ts';
import { contextFits } from './context-name.ts';
import { findController } from './find-controller.ts';

type Live = ReadonlyMap<string, LiveKustomization>;

/** Which model it is, or, where there is none, why a model's entry is another one in the cluster. */
interface Told {
  readonly model: ClusterModel;
  readonly by: Exclude<BoundCluster['by'], 'none'>;
}

/**
 * Tells which of the repository's clusters a live one is: the one whose entry Kustomization is live with its path and its
 * repository; where Flux has none yet, the one that is named, the only one, or the one that the context is called like.
 * `named`: `clusters/homelab`, or its last part. Throws `cluster-key.refused` where it cannot be told, or what is named is
 * another one than what is live; `cluster.*`.
 */
export async function bindCluster(
  cluster: Cluster,
  repository: RepositoryModel | null,
  named: readonly string[],
): Promise<BoundCluster> {
  const live = await readLive(cluster);
  const controller = await findController(cluster);
  const models = repository?.clusters ?? [];
  if (models.length === 0) {
    if (named.length > 0) throw unknownName(named, models);
    return { cluster, model: null, by: 'none', live, controller };
  }
  const { model, by } = await tell(cluster, models, named, live);
  return { cluster, model, by, live, controller };
}

async function readLive(cluster: Cluster): Promise<Live> {
  const live = new Map<string, LiveKustomization>();
  if (!(await cluster.serves(kustomizationKind))) return live;
  for (const manifest of await cluster.list(kustomizationKind, null)) {
    const one = liveKustomization(manifest);
    if (one !== null) live.set(keyOf(one.kustomization), one);
  }
  return live;
}

async function tell(
  cluster: Cluster,
  models: readonly ClusterModel[],
  named: readonly string[],
  live: Live,
): Promise<Told> {
  const wanted = named.length === 0 ? models : models.filter(({ name }) => isNamed(name, named));
  if (wanted.length === 0) throw unknownName(named, models);
  const entries = models.map((model) => ({ model, entry: entryOf(model, live) }));
  const fitting = entries.filter(({ entry, model }) => entry !== null && pathOf(entry) === model.name);
  const here: ClusterModel[] = [];
  let elsewhere: string | null = null;
  for (const { model, entry } of fitting) {
    const other = entry === null ? null : await otherRepository(cluster, model, entry);
    if (other === null) here.push(model);
    else elsewhere ??= `Kustomization ${entryKey(entry)} applies ${model.name} of ${other}`;
  }
  const agreed = here.filter((model) => wanted.includes(model));
  const [only] = agreed.length > 1 ? byContext(cluster, agreed) : agreed;
  if (only !== undefined) return { model: only, by: 'live' };
  if (agreed.length > 1) throw ambiguous(cluster, agreed);
  if (here.length > 0) throw disagrees(cluster, wanted, `its Kustomization applies ${namesOf(here)}`);
  if (elsewhere !== null) throw disagrees(cluster, wanted, elsewhere);
  const wrong = entries.find(({ entry, model }) => entry !== null && wanted.includes(model));
  if (wrong?.entry != null)
    throw disagrees(cluster, wanted, `Kustomization ${entryKey(wrong.entry)} applies ${pathOf(wrong.entry)}`);
  return withoutFlux(cluster, wanted, named);
}

/** A cluster in which no entry is: Flux is yet to come, or is called otherwise. */
function withoutFlux(cluster: Cluster, wanted: readonly ClusterModel[], named: readonly string[]): Told {
  const [first] = wanted;
  if (wanted.length === 1 && first !== undefined)
    return { model: first, by: named.length > 0 ? 'named' : 'only' };
  const [alike] = byContext(cluster, wanted);
  if (alike === undefined) throw ambiguous(cluster, wanted);
  return { model: alike, by: 'context' };
}

/** The live Kustomization of a model's entry; where that has a made-up name, one with its path. */
function entryOf({ entry, name }: ClusterModel, live: Live): LiveKustomization | null {
  const found = live.get(entry.kustomization);
  if (found !== undefined) return found;
  if (entry.kind !== 'path') return null;
  return [...live.values()].find((one) => pathOf(one) === name) ?? null;
}

function pathOf({ kustomization }: LiveKustomization): string {
  return kustomization.spec.path || '.';
}

function entryKey(entry: LiveKustomization | null): string {
  return entry === null ? '' : keyOf(entry.kustomization);
}

/** The address of another repository that a live entry takes its files from; `null`: it is this one, or cannot be told. */
async function otherRepository(
  cluster: Cluster,
  model: ClusterModel,
  { kustomization }: LiveKustomization,
): Promise<string | null> {
  const { kind, namespace, name } = kustomization.spec.sourceRef;
  const source = model.sources.get(`${kind}/${namespace}/${name}`)?.manifest ?? null;
  const own = source === null ? '' : textIn(source, 'spec', 'url');
  if (own === '') return null;
  const [ref] = await cluster.resolve(`${kind}.source.toolkit.fluxcd.io`);
  if (ref === undefined) return null;
  try {
    const found = await cluster.get({ ...ref, namespace, name });
    const url = found === null ? '' : textIn(found, 'spec', 'url');
    return url === '' || isSameRepository(url, own) ? null : url.replace(/(:\/\/)[^/@]*@/, '$1');
  } catch (error) {
    if (error instanceof SopskitError && error.code === 'cluster.denied') return null;
    throw error;
  }
}

function isNamed(name: string, named: readonly string[]): boolean {
  return named.some((one) => {
    const trimmed = one.replace(/^\.\//, '').replace(/\/+$/, '');
    return name === trimmed || name.split('/').at(-1) === trimmed;
  });
}

/** The one that the context is called like, if it is but one: the longest name counts. */
function byContext({ context }: Cluster, models: readonly ClusterModel[]): readonly ClusterModel[] {
  const fitting = models
    .map((model) => ({ model, length: contextFits(context, model.name) }))
    .filter(({ length }) => length > 0)
    .sort((a, b) => b.length - a.length);
  const [first, second] = fitting;
  return first === undefined || first.length === second?.length ? [] : [first.model];
}

function namesOf(models: readonly ClusterModel[]): string {
  return models.map(({ name }) => name).join(', ');
}

function unknownName(named: readonly string[], models: readonly ClusterModel[]): SopskitError {
  const there = models.length === 0 ? 'it has no clusters' : `it has ${namesOf(models)}`;
  return new SopskitError('cluster-key.refused', `the repository has no cluster ${named.join(', ')}`, {
    hint: `Name one with --cluster: ${there}.`,
  });
}

function ambiguous({ context }: Cluster, models: readonly ClusterModel[]): SopskitError {
  return new SopskitError(
    'cluster-key.refused',
    `it cannot be told which cluster of the repository context ${context} is: ${namesOf(models)}`,
    { hint: `Say which with --cluster NAME, e.g. --cluster ${models[0]?.name ?? ''}.` },
  );
}

function disagrees({ context }: Cluster, wanted: readonly ClusterModel[], live: string): SopskitError {
  return new SopskitError(
    'cluster-key.refused',
    `context ${context} is another cluster than ${namesOf(wanted)}: ${live}`,
    { hint: 'Choose the context that fits with --context, or the cluster with --cluster NAME.' },
  );
}
