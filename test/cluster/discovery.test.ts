import { expect, it } from 'vitest';
import { Discovery } from '../../src/cluster/discovery.ts';
import { readEvent } from '../../src/cluster/event.ts';
import { tree } from '../operations/flux-doctor/made-reading.ts';

const about = { server: 'https://s', context: 'c', flags: ' --context c' };

it('tells a server that is no Kubernetes from a cluster without an API', async () => {
  for (const answer of [null, tree({ message: 'hello' })]) {
    const discovery = new Discovery({ ask: async () => answer }, about);
    await expect(discovery.versions()).rejects.toMatchObject({
      code: 'cluster.refused',
      message: 'What answers at https://s is no Kubernetes API server',
    });
  }
  const bare = new Discovery({ ask: async () => tree({ kind: 'APIGroupList', groups: [] }) }, about);
  expect(await bare.versions()).toEqual(['v1']);
});

it('reads when an event was first, and how often', () => {
  const [first, last] = ['2026-01-01T12:00:00Z', '2026-01-01T12:05:00Z'];
  expect(readEvent(tree({ firstTimestamp: first, lastTimestamp: last, count: 2 }))).toMatchObject({
    ...{ time: new Date(last), firstTime: new Date(first), count: 2 },
  });
  const series = { count: 3, lastObservedTime: last };
  expect(readEvent(tree({ eventTime: first, series }))).toMatchObject({
    ...{ time: new Date(last), firstTime: new Date(first), count: 3 },
  });
  expect(readEvent(tree({ lastTimestamp: last })).count).toBe(1);
});
