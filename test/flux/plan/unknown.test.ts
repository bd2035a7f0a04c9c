import { describe, expect, it } from 'vitest';
import { planChange } from '../../../src/flux/plan/plan-change.ts';
import { configMap, entryPath, ks, type MadeChange, madeChange, notKnown } from './made-change.ts';

const entry = ks('flux-system', entryPath);
const one = configMap('one');

function plan(made: MadeChange) {
  return planChange(madeChange(made));
}

describe('what is not known', () => {
  const base = { [entryPath]: [entry, ks('apps', 'apps')], apps: [one] };

  it('at the head makes the answer unknown, and deletes nothing for certain', () => {
    const { answer, unknowns, objects } = plan({ base, head: { apps: notKnown } });
    expect(answer).toBe('unknown');
    expect(unknowns).toMatchObject([{ reason: 'remote-base' }]);
    expect(objects).toEqual([]);
  });

  it('at the base makes it unknown too: what it holds may be pruned', () => {
    expect(plan({ base: { ...base, apps: notKnown }, head: { apps: [one] } }).answer).toBe('unknown');
  });

  it('in a parent makes its children unknown', () => {
    const { answer, unknowns } = plan({ base, head: { [entryPath]: notKnown } });
    expect(answer).toBe('unknown');
    expect(unknowns.map(({ subject }) => subject)).toContain('flux-system/apps');
  });

  it('makes a certain deletion a possible one: it may hold the object', () => {
    const { answer, objects } = plan({
      base: { [entryPath]: [entry, ks('apps', 'apps'), ks('b', 'b')], apps: [one], b: [] },
      head: { apps: [], b: notKnown },
    });
    expect(answer).toBe('unsafe');
    expect(objects).toMatchObject([{ kind: 'deleted', risk: 'possible' }]);
  });

  it('of one that is suspended does not matter', () => {
    const suspended = { [entryPath]: [entry, ks('apps', 'apps', { suspend: true })] };
    expect(plan({ base: { ...suspended, apps: [one] }, head: { apps: notKnown } }).answer).toBe('safe');
  });

  it('is what one holds that failed at the base', () => {
    const failed = { kind: 'failed', message: 'no such file', fix: 'Add it.' } as const;
    const { answer, unknowns } = plan({ base: { ...base, apps: failed }, head: { apps: [one] } });
    expect(answer).toBe('unknown');
    expect(unknowns).toMatchObject([{ reason: 'live', subject: 'flux-system/apps' }]);
  });

  it('is what one holds that was suspended, once it runs again', () => {
    const { answer, unknowns } = plan({
      base: { [entryPath]: [entry, ks('apps', 'apps', { suspend: true })], apps: [one] },
      head: { [entryPath]: [entry, ks('apps', 'apps')] },
    });
    expect(answer).toBe('unknown');
    expect(unknowns).toMatchObject([{ reason: 'live', subject: 'flux-system/apps' }]);
  });

  it('of values only is named, and harmless', () => {
    const unknowns = [
      {
        reason: 'missing-key',
        subject: 'apps/secret.yaml',
        message: 'it cannot be opened here',
        fix: 'Bring the key.',
      },
    ] as const;
    const built = madeChange({ base, head: {} }).kustomizations.get('flux-system/apps')?.view('base', 'base');
    if (built?.kind !== 'built') throw new Error('not built');
    const { answer, harmless } = plan({ base: { ...base, apps: { ...built, unknowns } }, head: {} });
    expect(answer).toBe('safe');
    expect(harmless).toEqual(unknowns);
  });

  it('does not count where its source is said not to move, and its spec stays', () => {
    const base = { [entryPath]: [entry, ks('apps', 'apps')], apps: notKnown };
    const unmoved = new Set(['GitRepository/flux-system/flux-system']);
    expect(planChange(madeChange({ base, head: {} }), undefined, { unmoved })).toMatchObject({
      answer: 'safe',
      harmless: [{ reason: 'remote-base' }],
    });
    const head = { [entryPath]: [entry, ks('apps', 'other')], other: notKnown };
    expect(planChange(madeChange({ base, head }), undefined, { unmoved }).answer).toBe('unknown');
  });

  it('is a spec that a Kustomization has for a moment only', () => {
    const change = madeChange({
      base: { [entryPath]: [entry, ks('tenants', 'tenants')], tenants: [ks('apps', 'apps')], apps: [one] },
      head: {
        [entryPath]: [entry, ks('tenants', 'new')],
        tenants: [ks('apps', 'elsewhere')],
        new: [ks('apps', 'apps')],
      },
    });
    const { answer, unknowns } = planChange(change);
    expect(answer).toBe('unknown');
    expect(unknowns).toMatchObject([{ subject: 'flux-system/apps' }]);
  });
});
