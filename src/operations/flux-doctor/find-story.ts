import type { Cluster } from '../../cluster/cluster.ts';
import { fieldIn, itemsIn, textIn, textMapIn, textsIn } from '../../cluster/fields.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { kustomizationGroup } from '../../flux/kustomization.ts';
import { printId } from '../../flux/object-id.ts';
import type { WorkspaceOptions } from '../../flux/workspace.ts';
import type { System } from '../../system/system.ts';
import type { Mapping } from '../../tree/value.ts';
import { composeStory } from './compose-story.ts';
import { diagnose } from './diagnose.ts';
import { ownersOf } from './diagnose-applied.ts';
import { askRepository } from './git-story.ts';
import { type AskedObject, nameObject } from './name-object.ts';
import type { Problem } from './problem.ts';
import { readCluster } from './read-cluster.ts';
import { eventsAbout, fallenWith, lastDeletion, readKustomizationEvents } from './read-events.ts';
import { dateOf } from './read-flux-object.ts';
import { keyOfObject, type Reading } from './reading.ts';
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
  const manifest = object.apiVersion === '' ? null : await cluster.get(object);
  const live = manifest === null ? null : liveFacts(manifest, reading);
  const events = eventsAbout(object, all);
  const deletion = lastDeletion(events, all) ?? (live === null ? fallenWith(object, all) : null);
  const id = idOf(object, reading);
  const owners = ownersOf(reading).get(id) ?? [];
  const needsGit = live === null && (deletion === null || owners.length === 0);
  const repository = needsGit ? await askRepository(system, asked.workspace, id) : null;
  const { kind, namespace, name } = object;
  return composeStory({
    ...{ kind, namespace, name, live, owners, events, deletion, repository },
    problems: problemsOf(object, owners, live, reading),
    unread: reading.unread,
    flags: asked.flags,
    names: new Set(
      [...reading.objects.values()].filter((one) => one.role === 'kustomization').map(({ key }) => key),
    ),
  });
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
    ownerIsThere: owner !== null && objects.has(`Kustomization/${owner}`),
    release: labelled(labels, 'helm.toolkit.fluxcd.io'),
    managers: [...new Set(managers)],
  };
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
