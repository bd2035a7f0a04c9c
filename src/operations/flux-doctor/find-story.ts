import type { Cluster } from '../../cluster/cluster.ts';
import { fieldIn, flagIn, itemsIn, textIn, textMapIn, textsIn } from '../../cluster/fields.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { kustomizationGroup } from '../../flux/kustomization.ts';
import { printId } from '../../flux/object-id.ts';
import type { WorkspaceOptions } from '../../flux/workspace.ts';
import type { System } from '../../system/system.ts';
import type { Mapping } from '../../tree/value.ts';
import { controllerManager, managersOf } from '../live-state.ts';
import { composeStory } from './compose-story.ts';
import { diagnose } from './diagnose.ts';
import { ownersOf } from './diagnose-applied.ts';
import { askRepository } from './git-story.ts';
import { type AskedObject, nameObject } from './name-object.ts';
import type { Problem } from './problem.ts';
import { readCluster } from './read-cluster.ts';
import { eventsAbout, fallenWith, lastDeletion, readKustomizationEvents } from './read-events.ts';
import { dateOf } from './read-flux-object.ts';
import { type FluxObject, keyOfObject, type Reading } from './reading.ts';
import { withoutLogins } from './said.ts';
import type { LiveFacts, Story } from './story.ts';

export interface AskedStory {
  /** `KIND/NAME` */
  readonly typed: string;
  readonly namespace: string | null;
  readonly workspace: WorkspaceOptions;
  readonly flags: string;
}

/** Finds out what became of one object: the cluster first, and the repository around where the cluster has forgotten. */
export async function tellStory(system: System, cluster: Cluster, asked: AskedStory): Promise<Story> {
  const reading = await readWhatIsAllowed(cluster, asked.namespace, system.now(), asked.flags);
  const all = await readKustomizationEvents(cluster).catch((error: unknown) => {
    if (!(error instanceof SopskitError)) throw error;
    return [];
  });
  const object = await nameObject(cluster, asked.typed, asked.namespace, reading, all);
  const { manifest, liveUnread } = await readObject(cluster, object);
  const live = manifest === null ? null : liveFacts(manifest, reading);
  const events = eventsAbout(object, all);
  const isGone = live === null && liveUnread === null;
  const deletion = lastDeletion(events, all) ?? (isGone ? fallenWith(object, all) : null);
  const id = idOf(object, reading);
  const owners = ownersOf(reading).get(id) ?? [];
  const needsGit = isGone
    ? deletion === null || owners.length === 0
    : live?.owner != null && owners.length === 0;
  const repository = needsGit ? await askRepository(system, asked.workspace, id, addressesOf(reading)) : null;
  const { kind, namespace, name } = object;
  return composeStory({
    ...{ kind, namespace, name, live, liveUnread, owners, events, deletion, repository },
    problems: problemsOf(object, owners, live, reading),
    unread: [...new Set(reading.unread)].map(withoutLogins),
    flags: asked.flags,
    names: new Set(
      [...reading.objects.values()].filter((one) => one.role === 'kustomization').map(({ key }) => key),
    ),
  });
}

/** Reads the object; that it may not be read says nothing of whether it is there. */
async function readObject(
  cluster: Cluster,
  object: AskedObject,
): Promise<{ readonly manifest: Mapping | null; readonly liveUnread: string | null }> {
  if (object.apiVersion === '') return { manifest: null, liveUnread: null };
  try {
    return { manifest: await cluster.get(object), liveUnread: null };
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code !== 'cluster.denied') throw error;
    return { manifest: null, liveUnread: error.message };
  }
}

/** Where the cluster fetches from with git. */
function addressesOf({ objects }: Reading): readonly string[] {
  return [...objects.values()]
    .filter(({ kind }) => kind === 'GitRepository')
    .map(({ manifest }) => textIn(manifest, 'spec', 'url'))
    .filter((url) => url !== '');
}

/** All of the cluster; where that is not allowed, one namespace. */
export async function readWhatIsAllowed(
  cluster: Cluster,
  namespace: string | null,
  now: Date,
  flags: string,
): Promise<Reading> {
  return await readCluster(cluster, null, now, flags).catch((error: unknown) => {
    const isDenied = error instanceof SopskitError && error.code === 'cluster.denied';
    if (!isDenied || namespace === null) throw error;
    return readCluster(cluster, namespace, now, flags);
  });
}

/** The inventory's id; of a kind that is no longer served with the group that an inventory has. */
function idOf({ apiVersion, group, kind, namespace, name }: AskedObject, reading: Reading): string {
  if (apiVersion !== '') return printId({ namespace, name, group, kind });
  const bare = printId({ namespace, name, group: '', kind });
  const [start, end] = [bare.slice(0, bare.length - kind.length - 1), `_${kind}`];
  const listed = [...reading.objects.values()].flatMap(({ inventory }) => inventory);
  return listed.find((id) => id.startsWith(start) && id.endsWith(end)) ?? bare;
}

function liveFacts(manifest: Mapping, { objects }: Reading): LiveFacts {
  const labels = textMapIn(manifest, 'metadata', 'labels');
  const owner = labelled(labels, kustomizationGroup);
  const holder = objects.get(`Kustomization/${owner}`);
  const managers = itemsIn(manifest, 'metadata', 'managedFields').map((one) => textIn(one, 'manager'));
  return {
    created: dateOf(textIn(manifest, 'metadata', 'creationTimestamp')),
    uid: textIn(manifest, 'metadata', 'uid'),
    deleting: dateOf(textIn(manifest, 'metadata', 'deletionTimestamp')),
    finalizers:
      fieldIn(manifest, 'metadata', 'finalizers') === undefined
        ? []
        : textsIn(manifest, 'metadata', 'finalizers'),
    owner,
    ownerIsThere: holder !== undefined,
    ownerPrunes: holder !== undefined && flagIn(holder.manifest, 'spec', 'prune'),
    ownerIsSettled: holder !== undefined && isSettled(holder, objects),
    labelledBy: labelWriter(manifest),
    pruneDisabled: [labels, textMapIn(manifest, 'metadata', 'annotations')].some(
      (map) => map.get(`${kustomizationGroup}/prune`)?.toLowerCase() === 'disabled',
    ),
    release: labelled(labels, 'helm.toolkit.fluxcd.io'),
    managers: [...new Set(managers)],
  };
}

/** Whether the last run succeeded, and was of the spec and the revision that are there now. */
function isSettled(holder: FluxObject, objects: Reading['objects']): boolean {
  const { conditions, observed, generation, revision, needs } = holder;
  const source = objects.get(needs[0] ?? '');
  return (
    conditions.get('Ready')?.status === 'True' &&
    conditions.get('Reconciling')?.status !== 'True' &&
    observed === generation &&
    (source === undefined || source.revision === revision)
  );
}

/** The manager of the owner's label, where Flux is not among them. */
function labelWriter(manifest: Mapping): string | null {
  const managers = managersOf(manifest, 'f:metadata', 'f:labels', `f:${kustomizationGroup}/name`);
  return managers.includes(controllerManager) ? null : (managers[0] ?? null);
}

function labelled(labels: ReadonlyMap<string, string>, group: string): string | null {
  const name = labels.get(`${group}/name`);
  return name === undefined ? null : `${labels.get(`${group}/namespace`) ?? ''}/${name}`;
}

/** Problems of the object itself and of those that own it, with their causes. */
function problemsOf(
  { kind, namespace, name }: AskedObject,
  owners: readonly string[],
  live: LiveFacts | null,
  reading: Reading,
): readonly Problem[] {
  const { problems } = diagnose(reading);
  const wanted = new Set([keyOfObject(kind, namespace, name)]);
  for (const owner of [...owners, ...(live?.owner === null || live === null ? [] : [live.owner])])
    wanted.add(`Kustomization/${owner}`);
  if (live?.release != null) wanted.add(`HelmRelease/${live.release}`);
  for (let size = 0; size !== wanted.size; ) {
    size = wanted.size;
    for (const one of problems) if (wanted.has(one.key)) for (const cause of one.causes) wanted.add(cause);
  }
  return problems.filter(({ key }) => wanted.has(key));
}
