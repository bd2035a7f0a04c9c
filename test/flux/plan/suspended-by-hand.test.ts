import { describe, expect, it } from 'vitest';
import type { LiveKustomization, LiveState } from '../../../src/flux/plan/change.ts';
import { planChange } from '../../../src/flux/plan/plan-change.ts';
import { configMap, entryPath, idOf, ks, madeChange, readKs } from './made-change.ts';

const entry = ks('flux-system', entryPath);
const [a, one] = [ks('a', 'a'), configMap('one')];
const suspended = ks('a', 'a', { suspend: true });
const dropped = madeChange({ base: { [entryPath]: [entry, a], a: [one] }, head: { a: [] } });

function plan(suspension: LiveKustomization['suspension'], unread = new Map<string, string>()) {
  const state = (manifest: typeof a, inventory: readonly string[]): LiveKustomization => ({
    ...{ inventory, lastAppliedRevision: null, ready: 'True', message: '', settled: true },
    kustomization: readKs(manifest),
    ...(suspension === undefined ? {} : { suspension }),
  });
  const live: LiveState = {
    kustomizations: new Map([
      ['flux-system/flux-system', state(entry, [idOf(entry), idOf(a)])],
      ['flux-system/a', state(suspended, [idOf(one)])],
    ]),
    objects: new Map(),
    unread,
  };
  return planChange(dropped, live);
}

describe('what is suspended in the cluster', () => {
  it('is not deleted by the push where that holds, and is by flux resume: which is not safe', () => {
    const { answer, objects, unknowns } = plan('held');
    expect([answer, objects.map(({ kind }) => kind)]).toEqual(['unknown', []]);
    expect(unknowns[0]?.message).toMatch(/suspended by hand: when it is resumed, it deletes ConfigMap .*one/);
  });

  it('is deleted where the next apply of its parent takes the suspension off', () => {
    for (const suspension of ['reverted', 'git'] as const) {
      const { answer, objects } = plan(suspension);
      expect([suspension, answer]).toEqual([suspension, 'unsafe']);
      expect(objects.find(({ id }) => id === idOf(one))?.kind).toBe('deleted');
    }
  });

  it('names an object that may not be read', () => {
    const { unknowns } = plan('reverted', new Map([[idOf(one), 'User u may not get it']]));
    expect(unknowns.map(({ subject }) => subject)).toContain(idOf(one));
  });
});
