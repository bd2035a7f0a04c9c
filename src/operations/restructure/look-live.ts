import type { Cluster, KindRef, ObjectRef } from '../../cluster/cluster.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { kustomizationGroup } from '../../flux/kustomization.ts';
import { parseId } from '../../flux/object-id.ts';
import type { Guard } from '../../flux/restructure/step.ts';
import { mappingOf, stringOf } from '../../tree/mapping.ts';
import type { Mapping } from '../../tree/value.ts';
import { inventoryOf, keyOfLive } from './live-object.ts';

export const kustomizationKind: KindRef = { apiVersion: `${kustomizationGroup}/v1`, kind: 'Kustomization' };
/** As many objects as are asked for at once. */
const atOnce = 8;

export function kustomizationRef(key: string): ObjectRef {
  const [namespace = '', name = ''] = key.split('/');
  return { ...kustomizationKind, namespace, name };
}

/** Names a source by its key, `Kind/namespace/name`. */
export function sourceRef(key: string): ObjectRef {
  const [kind = '', namespace = '', name = ''] = key.split('/');
  return { apiVersion: 'source.toolkit.fluxcd.io/v1', kind, namespace, name };
}

/** Reads all live Kustomizations, by `namespace/name`. Throws `cluster.*`. */
export async function readKustomizations(cluster: Cluster): Promise<ReadonlyMap<string, Mapping>> {
  const all = await cluster.list(kustomizationKind, null);
  return new Map(all.map((live) => [keyOfLive(live), live]));
}

/** Reads the objects that owner guards are about, as far as an inventory tells their API's version. Throws `cluster.*`. */
export function readGuarded(
  cluster: Cluster,
  guards: readonly Guard[],
  kustomizations: ReadonlyMap<string, Mapping>,
): Promise<ReadonlyMap<string, Mapping | null>> {
  const versions = new Map<string, string>();
  for (const guard of guards) {
    if (guard.kind !== 'owner') continue;
    const live = kustomizations.get(guard.kustomization);
    const version = live === undefined ? undefined : inventoryOf(live).get(guard.id);
    if (version !== undefined) versions.set(guard.id, version);
  }
  return readByIds(cluster, versions);
}

/** Reads objects by their inventory ids, with the versions of their APIs. Throws `cluster.*`. */
export async function readByIds(
  cluster: Cluster,
  versions: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, Mapping | null>> {
  const found = new Map<string, Mapping | null>();
  const waiting = [...versions];
  const read = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
      found.set(next[0], await cluster.get(refOfId(...next)));
  };
  await Promise.all(Array.from({ length: atOnce }, read));
  return found;
}

/** Names an object of an inventory as the API does. */
export function refOfId(id: string, version: string): ObjectRef {
  const { namespace, name, group, kind } = parseId(id);
  return { apiVersion: group === '' ? version : `${group}/${version}`, kind, namespace, name };
}

/** Writes as the field manager whose fields a parent's apply leaves alone, as the program flux does. */
export const liveWriter = { fieldManager: 'flux-client-side-apply' } as const;

/** Asks Kustomizations to act now; returns the request's token. Throws `cluster.*`. */
export async function askToAct(cluster: Cluster, keys: readonly string[], now: Date): Promise<string> {
  const token = now.toISOString();
  await Promise.all(
    keys.map(async (key) => {
      try {
        await cluster.patch(kustomizationRef(key), requestPatch(token), liveWriter);
      } catch (error) {
        // it went meanwhile: whether it was to go, guards tell
        if (!(error instanceof SopskitError) || error.code !== 'cluster.not-found') throw error;
      }
    }),
  );
  return token;
}

/** Asks a source to fetch now. Throws `cluster.*`. */
export async function askToFetch(cluster: Cluster, source: string, now: Date): Promise<void> {
  await cluster.patch(sourceRef(source), requestPatch(now.toISOString()), liveWriter);
}

function requestPatch(token: string): Mapping {
  return annotationsPatch([['reconcile.fluxcd.io/requestedAt', stringOf(token)]]);
}

/** A merge patch of annotations; `null` values remove one. */
export function annotationsPatch(annotations: Parameters<typeof mappingOf>[0]): Mapping {
  return mappingOf([['metadata', mappingOf([['annotations', mappingOf(annotations)]])]]);
}
