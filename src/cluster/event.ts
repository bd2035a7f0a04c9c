import type { Mapping } from '../tree/value.ts';
import type { ClusterEvent } from './cluster.ts';
import { numberIn, textIn, textMapIn } from './fields.ts';

/**
 * Reads an Event of the core API. What is written through events.k8s.io is the same object in another shape: it has
 * `eventTime`, `series` and `reportingComponent`, where the older has `lastTimestamp` and `source`.
 */
export function readEvent(event: Mapping): ClusterEvent {
  const times = [
    textIn(event, 'series', 'lastObservedTime'),
    textIn(event, 'lastTimestamp'),
    textIn(event, 'eventTime'),
    textIn(event, 'firstTimestamp'),
    textIn(event, 'metadata', 'creationTimestamp'),
  ];
  const first = textIn(event, 'firstTimestamp') || textIn(event, 'eventTime');
  return {
    time: new Date(times.find((time) => time !== '') ?? 0),
    ...(first === '' ? {} : { firstTime: new Date(first) }),
    count: numberIn(event, 'series', 'count') ?? numberIn(event, 'count') ?? 1,
    type: textIn(event, 'type'),
    reason: textIn(event, 'reason'),
    message: textIn(event, 'message') || textIn(event, 'note'),
    reporter: textIn(event, 'source', 'component') || textIn(event, 'reportingComponent'),
    object: {
      kind: textIn(event, 'involvedObject', 'kind'),
      namespace: textIn(event, 'involvedObject', 'namespace'),
      name: textIn(event, 'involvedObject', 'name'),
    },
    annotations: textMapIn(event, 'metadata', 'annotations'),
  };
}
