import type { Cluster } from '../../cluster/cluster.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { LiveAction } from '../../flux/restructure/step.ts';
import { mappingOf, stringOf } from '../../tree/mapping.ts';
import type { Mapping, Value } from '../../tree/value.ts';
import { undoId } from './begun.ts';
import { isSuspended, textsIn } from './live-object.ts';
import {
  annotationsPatch,
  kustomizationRef,
  liveWriter,
  readByIds,
  readKustomizations,
  refOfId,
} from './look-live.ts';

/** Names the restructuring that suspended a Kustomization, or keeps an object: what was so before stays so after. */
export const suspendedFor = 'sopskit/suspended-for';
const keptFor = 'sopskit/kept-for';
const prune = 'kustomize.toolkit.fluxcd.io/prune';
const nothing: Value = { kind: 'null' };

/**
 * Does a live action, unless it is done; returns what it was, in words, or `null` where nothing had to be done. Throws
 * `restructure.refused` where what it is about is not there, `cluster.*`.
 */
export async function act(
  cluster: Cluster,
  action: LiveAction,
  id: string,
  now: Date,
): Promise<string | null> {
  switch (action.kind) {
    case 'suspend':
      return suspend(cluster, action.kustomization, id);
    case 'resume':
      return resume(cluster, action.kustomization);
    case 'reconcile':
      return reconcile(cluster, action.object, now);
    case 'keep':
      return keep(cluster, action.objects, id);
    case 'release':
      return release(cluster, action.objects, id);
  }
}

/** Kustomizations that a restructuring has suspended, as the cluster tells. */
export async function suspendedBy(cluster: Cluster, id: string): Promise<string[]> {
  const all = await readKustomizations(cluster);
  return [...all].filter(([, live]) => isSuspendedFor(live, id)).map(([key]) => key);
}

/** Whether a Kustomization is suspended for a restructuring; what is undone suspended for the undoing, too. */
export function isSuspendedFor(live: Mapping, id: string): boolean {
  const suspender = suspenderOf(live);
  return isSuspended(live) && suspender !== null && (suspender === id || undoId(suspender) === id);
}

/** The restructuring that a suspension says it is for; `null`: somebody's own. */
export function suspenderOf(live: Mapping): string | null {
  return annotation(live, suspendedFor);
}

async function suspend(cluster: Cluster, key: string, id: string): Promise<string | null> {
  const live = await cluster.get(kustomizationRef(key));
  if (live === null)
    throw new SopskitError('restructure.refused', `the cluster has no Kustomization ${key} to suspend`);
  if (isSuspended(live)) return null;
  await cluster.patch(
    kustomizationRef(key),
    suspension({ kind: 'bool', value: true }, stringOf(id)),
    liveWriter,
  );
  return `suspended ${key}`;
}

async function resume(cluster: Cluster, key: string): Promise<string | null> {
  const live = await cluster.get(kustomizationRef(key));
  if (live === null || suspenderOf(live) === null) return null;
  await cluster.patch(kustomizationRef(key), suspension(nothing, nothing), liveWriter);
  return `resumed ${key}`;
}

function suspension(value: Value, id: Value): Mapping {
  return mappingOf([
    ['metadata', mappingOf([['annotations', mappingOf([[suspendedFor, id]])]])],
    ['spec', mappingOf([['suspend', value]])],
  ]);
}

const apis: Readonly<Record<string, string>> = {
  Kustomization: 'kustomize.toolkit.fluxcd.io/v1',
  HelmRelease: 'helm.toolkit.fluxcd.io/v2',
};

async function reconcile(cluster: Cluster, object: string, now: Date): Promise<string> {
  const [kind = '', namespace = '', name = ''] = object.split('/');
  const apiVersion = apis[kind] ?? 'source.toolkit.fluxcd.io/v1';
  const patch = annotationsPatch([['reconcile.fluxcd.io/requestedAt', stringOf(now.toISOString())]]);
  await cluster.patch({ apiVersion, kind, namespace, name }, patch, liveWriter);
  return `asked ${object} to reconcile`;
}

type Objects = Extract<LiveAction, { readonly kind: 'keep' }>['objects'];

/** What is protected by somebody else is left as it is. */
async function keep(cluster: Cluster, objects: Objects, id: string): Promise<string | null> {
  const live = await readByIds(cluster, new Map(objects.map((one) => [one.id, one.version])));
  const bare = objects.filter((one) => {
    const object = live.get(one.id) ?? null;
    return object !== null && annotation(object, prune)?.toLowerCase() !== 'disabled';
  });
  for (const one of bare) {
    const patch = annotationsPatch([
      [prune, stringOf('disabled')],
      [keptFor, stringOf(id)],
    ]);
    const kept = await cluster.patch(refOfId(one.id, one.version), patch, liveWriter);
    if (annotation(kept, prune) !== 'disabled')
      throw new SopskitError('restructure.refused', `${one.id} does not keep its annotation ${prune}`);
  }
  return bare.length === 0 ? null : `kept ${count(bare.length)} from being pruned`;
}

async function release(cluster: Cluster, objects: Objects, id: string): Promise<string | null> {
  const live = await readByIds(cluster, new Map(objects.map((one) => [one.id, one.version])));
  const kept = objects.filter((one) => {
    const object = live.get(one.id) ?? null;
    return object !== null && annotation(object, keptFor) === id;
  });
  for (const one of kept) {
    const patch = annotationsPatch([
      [prune, nothing],
      [keptFor, nothing],
    ]);
    await cluster.patch(refOfId(one.id, one.version), patch, liveWriter);
  }
  return kept.length === 0 ? null : `${count(kept.length)} may be pruned again`;
}

function annotation(live: Mapping, name: string): string | null {
  return textsIn(live, ['metadata', 'annotations']).get(name) ?? null;
}

function count(objects: number): string {
  return objects === 1 ? '1 object' : `${objects} objects`;
}
