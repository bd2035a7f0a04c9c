import type { Cluster, KindRef } from '../cluster/cluster.ts';
import { fieldIn, itemsIn, numberIn, textIn, textMapIn } from '../cluster/fields.ts';
import { SopskitError } from '../errors/sopskit-error.ts';
import { keyOf, kustomizationGroup } from '../flux/kustomization.ts';
import { readKustomization } from '../flux/kustomization-read.ts';
import { parseId } from '../flux/object-id.ts';
import type { LiveKustomization, LiveObject, LiveState } from '../flux/plan/change.ts';
import type { Mapping } from '../tree/value.ts';

export const kustomizationKind: KindRef = { apiVersion: `${kustomizationGroup}/v1`, kind: 'Kustomization' };

/** How many objects are asked for at a time. */
const atOnce = 12;

/**
 * Reads what the cluster holds now: all Kustomizations, and the objects with these ids (as an inventory has them).
 * An object that may not be read is named in `unread`: what is not known must not count as not there. Throws `cluster.*`.
 */
export async function readLiveState(cluster: Cluster, ids: readonly string[]): Promise<LiveState> {
  const kustomizations = new Map<string, LiveKustomization>();
  for (const manifest of await cluster.list(kustomizationKind, null)) {
    const live = liveKustomization(manifest);
    if (live !== null) kustomizations.set(keyOf(live.kustomization), live);
  }
  const kinds = new LiveKinds(cluster);
  const objects = new Map<string, LiveObject | null>();
  const unread = new Map<string, string>();
  const left = [...new Set(ids)];
  const work = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      try {
        objects.set(id, await kinds.read(id));
      } catch (error) {
        if (!(error instanceof SopskitError) || error.code !== 'cluster.denied') throw error;
        unread.set(id, error.message);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { kustomizations, objects, unread };
}

/** Reads a live Kustomization; `null` for another kind of object. Throws `flux.manifest`. */
export function liveKustomization(manifest: Mapping): LiveKustomization | null {
  const kustomization = readKustomization(manifest);
  if (kustomization === null) return null;
  const conditions = itemsIn(manifest, 'status', 'conditions');
  const condition = (type: string): Mapping | undefined =>
    conditions.find((one) => textIn(one, 'type') === type);
  const ready = condition('Ready');
  const status = ready === undefined ? '' : textIn(ready, 'status');
  const reconciling = condition('Reconciling');
  const isOfSpec =
    numberIn(manifest, 'status', 'observedGeneration') === numberIn(manifest, 'metadata', 'generation');
  return {
    inventory: itemsIn(manifest, 'status', 'inventory', 'entries').map((entry) => textIn(entry, 'id')),
    lastAppliedRevision: textIn(manifest, 'status', 'lastAppliedRevision') || null,
    ready: status === 'True' || status === 'False' ? status : 'Unknown',
    message: ready === undefined ? '' : textIn(ready, 'message'),
    kustomization,
    settled: isOfSpec && (reconciling === undefined || textIn(reconciling, 'status') !== 'True'),
    ...(kustomization.spec.suspend ? { suspension: suspensionOf(manifest) } : {}),
  };
}

/**
 * Whose the field `suspend` is. kustomize-controller takes it off at its parent's next apply where kubectl (any manager
 * with that prefix), or nobody that is noted, wrote it; it removes its own where git has it no more.
 */
function suspensionOf(manifest: Mapping): 'held' | 'git' | 'reverted' {
  const managers = managersOf(manifest, 'f:spec', 'f:suspend');
  const isCleaned = (name: string): boolean => name.startsWith('kubectl') || name === 'before-first-apply';
  if (managers.some((name) => !isCleaned(name) && name !== controllerManager)) return 'held';
  return managers.includes(controllerManager) ? 'git' : 'reverted';
}

/** Field manager of kustomize-controller. */
export const controllerManager = 'kustomize-controller';

/** Names of the managers of one field, as `metadata.managedFields` notes them. */
export function managersOf(manifest: Mapping, ...field: readonly string[]): readonly string[] {
  return itemsIn(manifest, 'metadata', 'managedFields')
    .filter((one) => fieldIn(one, 'fieldsV1', ...field) !== undefined)
    .map((one) => textIn(one, 'manager'));
}

/** Reads the labels of an object and whether it is being deleted. */
export function liveObject(manifest: Mapping): LiveObject {
  return {
    labels: textMapIn(manifest, 'metadata', 'labels'),
    annotations: textMapIn(manifest, 'metadata', 'annotations'),
    uid: textIn(manifest, 'metadata', 'uid'),
    terminating: fieldIn(manifest, 'metadata', 'deletionTimestamp') !== undefined,
  };
}

/** Finds objects by inventory ids, which name a group but no version: each kind is looked up once. */
export class LiveKinds {
  readonly #cluster: Cluster;
  readonly #kinds = new Map<string, Promise<KindRef | null>>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Returns the live object; `null` where it, or its kind, is not there. */
  async read(id: string): Promise<LiveObject | null> {
    const manifest = await this.manifest(id);
    return manifest === null ? null : liveObject(manifest);
  }

  async manifest(id: string): Promise<Mapping | null> {
    const { namespace, name, group, kind } = parseId(id);
    const ref = await this.find(group, kind);
    return ref === null ? null : await this.#cluster.get({ ...ref, namespace, name });
  }

  /** Returns a kind in a version that the server prefers. */
  async find(group: string, kind: string): Promise<KindRef | null> {
    const key = `${group}/${kind}`;
    const known = this.#kinds.get(key) ?? this.#ask(group, kind);
    this.#kinds.set(key, known);
    return await known;
  }

  async #ask(group: string, kind: string): Promise<KindRef | null> {
    if (group === '') return { apiVersion: 'v1', kind };
    const found = await this.#cluster.resolve(`${kind}.${group}`);
    return found.find((one) => one.kind === kind) ?? null;
  }
}
