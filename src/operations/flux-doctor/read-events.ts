import type { Cluster, ClusterEvent } from '../../cluster/cluster.ts';
import { kustomizationGroup } from '../../flux/kustomization.ts';
import { kustomizationKind } from '../live-state.ts';
import { keyOfObject } from './reading.ts';
import type { Deletion, StoryEvent } from './story.ts';

export interface NamedObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Events of all Kustomizations, also of those that are gone: they say what each applied and deleted. */
export async function readKustomizationEvents(cluster: Cluster): Promise<readonly ClusterEvent[]> {
  return await cluster.events({ ...kustomizationKind, namespace: '', name: '' });
}

/**
 * Finds what events tell of one object. kustomize-controller lists what it did, a line each: `ConfigMap/ns/x deleted`,
 * and notes the revision in an annotation.
 */
export function eventsAbout(object: NamedObject, events: readonly ClusterEvent[]): readonly StoryEvent[] {
  const subject =
    object.namespace === ''
      ? `${object.kind}/${object.name}`
      : keyOfObject(object.kind, object.namespace, object.name);
  const found: StoryEvent[] = [];
  for (const event of events) {
    const { message, object: about } = event;
    for (const line of message.split('\n')) {
      const [, name, action] =
        /^(?:\(combined from similar events\): )?(\S+) (created|configured|deleted|skipped)$/.exec(
          line.trim(),
        ) ?? [];
      if (name !== subject || action === undefined) continue;
      const by = keyOfObject(about.kind, about.namespace, about.name);
      for (const when of timesOf(event)) found.push({ ...when, action, by });
    }
  }
  return found.sort((a, b) => a.time.getTime() - b.time.getTime());
}

/** Equal events are counted in one, which keeps the revision of the first; of the last it is not known. */
function timesOf({
  time,
  firstTime,
  count,
  message,
  annotations,
}: ClusterEvent): readonly Pick<StoryEvent, 'time' | 'revision'>[] {
  const revision = annotations.get(`${kustomizationGroup}/revision`) ?? null;
  if ((count ?? 1) <= 1) return [{ time, revision }];
  // of events that are only alike, the message is the last one's, too
  const isAlike = message.startsWith('(combined from similar events)');
  const first = isAlike || firstTime === undefined ? [] : [{ time: firstTime, revision }];
  return [...first, { time, revision: null }];
}

/** The last deletion, with what caused it: its Kustomization was deleted by another one just before. */
export function lastDeletion(own: readonly StoryEvent[], all: readonly ClusterEvent[]): Deletion | null {
  const deleted = own.findLast(({ action }) => action === 'deleted');
  if (deleted === undefined) return null;
  const { time, by, revision } = deleted;
  const [kind = '', namespace = '', ...name] = by.split('/');
  const taken = eventsAbout({ kind, namespace, name: name.join('/') }, all).findLast(
    (event) => event.action === 'deleted' && Math.abs(event.time.getTime() - time.getTime()) < 10 * 60_000,
  );
  return {
    ...{ time, by, revision, through: null },
    because: taken === undefined ? null : { by: taken.by, revision: taken.revision, time: taken.time },
  };
}

/** The deletion of what an object falls with: its namespace, and the CustomResourceDefinition of its kind. */
export function fallenWith(object: NamedObject, all: readonly ClusterEvent[]): Deletion | null {
  const containers: NamedObject[] = definitionsOf(object.kind, all);
  if (object.namespace !== '') containers.push({ kind: 'Namespace', namespace: '', name: object.namespace });
  for (const container of containers) {
    const deletion = lastDeletion(eventsAbout(container, all), all);
    if (deletion !== null) return { ...deletion, through: `${container.kind} ${container.name}` };
  }
  return null;
}

/** Definitions whose plural, as kubectl guesses it, is of this kind. */
function definitionsOf(kind: string, all: readonly ClusterEvent[]): NamedObject[] {
  const singular = kind.toLowerCase();
  const plurals = [`${singular}s`, `${singular}es`, singular.replace(/y$/, 'ies')];
  const names = all.flatMap(({ message }) =>
    [...message.matchAll(/CustomResourceDefinition\/(\S+) deleted/g)].map(([, name = '']) => name),
  );
  return [...new Set(names)]
    .filter((name) => plurals.includes(name.split('.')[0] ?? ''))
    .map((name) => ({ kind: 'CustomResourceDefinition', namespace: '', name }));
}
