import { describe, expect, it } from 'vitest';
import type { Build } from '../../../src/flux/build/build.ts';
import { planChange } from '../../../src/flux/plan/plan-change.ts';
import {
  builtOf,
  configMap,
  entryPath,
  idOf,
  kept,
  ks,
  type MadeChange,
  madeChange,
  object,
} from './made-change.ts';

const entry = ks('flux-system', entryPath);
const [one, two] = [configMap('one'), configMap('two')];

function plan(made: MadeChange) {
  return planChange(madeChange(made));
}

function dependsOn(...names: string[]) {
  return { dependsOn: names.map((name) => ({ name })) };
}

describe('an object that one lets go, and the other may never take', () => {
  const base = { [entryPath]: [entry, ks('a', 'a')], a: [kept(one), two] };

  it.each([
    ['waits for one that is not there', dependsOn('nowhere')],
    ['is suspended', { suspend: true }],
    ['has a source that is not there', { source: 'nowhere' }],
  ])('is left without an owner where the new one %s', (_, spec) => {
    const head = { [entryPath]: [entry, ks('a', 'a'), ks('b', 'b', spec)], a: [two], b: [kept(one)] };
    const { answer, objects } = plan({ base, head });
    expect(answer).toBe('unsafe');
    expect(objects.find(({ id }) => id === idOf(one))).toMatchObject({ kind: 'orphaned', risk: 'none' });
  });

  it('is moved where it is sure to be taken', () => {
    const head = {
      [entryPath]: [entry, ks('a', 'a'), ks('b', 'b', dependsOn('a'))],
      a: [two],
      b: [kept(one)],
    };
    const { answer, objects } = plan({ base, head });
    expect(answer).toBe('safe');
    expect(objects.find(({ id }) => id === idOf(one))).toMatchObject({ kind: 'moved', risk: 'none' });
  });

  it('has an order that leaves it, where its Kustomization goes and is not sure to come back', () => {
    const { answer, objects } = plan({
      base: {
        [entryPath]: [entry, ks('a', 'a'), ks('b', 'b')],
        a: [ks('c', 'c', { prune: false })],
        b: [],
        c: [one],
      },
      head: { a: [], b: [ks('c', 'c', { prune: false })], c: null },
    });
    expect(answer).toBe('unsafe');
    const left = objects.find(({ id }) => id === idOf(one));
    expect(left).toMatchObject({ kind: 'orphaned', risk: 'none', to: ['flux-system/c'] });
    expect(left?.orders.map(({ ends }) => ends)).toEqual(['orphaned']);
    expect(left?.cause).toContain('may never come to apply it');
    expect(left?.procedure?.steps[0]).toContain('flux-system/c can apply');
  });
});

describe('a circle of dependencies', () => {
  const base = { [entryPath]: [entry, ks('a', 'a'), ks('b', 'b')], a: [one], b: [two] };
  const circle = [entry, ks('a', 'a', dependsOn('b')), ks('b', 'b', dependsOn('a'))];

  it('fails for good, and nothing that it drops is deleted for certain', () => {
    const { failing, objects } = plan({ base, head: { [entryPath]: circle, a: [] } });
    expect(failing).toMatchObject([
      { kustomization: 'flux-system/a', broken: true },
      { kustomization: 'flux-system/b', broken: true },
    ]);
    expect(failing[0]?.message).toContain('flux-system/a -> flux-system/b -> flux-system/a');
    expect(objects.find(({ id }) => id === idOf(one))).toMatchObject({ kind: 'deleted', risk: 'possible' });
  });

  it('of before is not broken by the change', () => {
    const { failing } = plan({ base: { ...base, [entryPath]: circle }, head: { a: [] } });
    expect(failing.map(({ broken }) => broken)).toEqual([false, false]);
  });

  it('of one with itself is told', () => {
    const head = { [entryPath]: [entry, ks('a', 'a', dependsOn('a')), ks('b', 'b')] };
    expect(plan({ base, head }).failing).toMatchObject([{ kustomization: 'flux-system/a', broken: true }]);
  });
});

describe('what makes objects that are in no inventory', () => {
  const made = (text: string) =>
    object('fluxcd.controlplane.io/v1', 'ResourceSet', 'flux-system/set', {
      spec: { resourcesTemplate: text },
    });
  const at = (text: string) => ({ [entryPath]: [entry, made(text)] });

  it('is unknown where it changes', () => {
    const { answer, unknowns } = plan({ base: at('kind: ConfigMap'), head: at('kind: Secret') });
    expect(answer).toBe('unknown');
    expect(unknowns).toMatchObject([{ subject: 'ResourceSet flux-system/set' }]);
  });

  it('is unknown where it makes Kustomizations, whatever changes', () => {
    const set = made('apiVersion: kustomize.toolkit.fluxcd.io/v1');
    const { answer } = plan({
      base: { [entryPath]: [entry, set] },
      head: { [entryPath]: [entry, set, configMap('new')] },
    });
    expect(answer).toBe('unknown');
  });

  it('is nothing where it stays', () => {
    const head = { [entryPath]: [entry, made('kind: ConfigMap'), configMap('new')] };
    expect(plan({ base: at('kind: ConfigMap'), head }).answer).toBe('safe');
  });

  it('takes along what it made', () => {
    const { objects } = plan({ base: at(''), head: { [entryPath]: [entry] } });
    expect(objects[0]?.falls).toMatchObject([{ kind: 'inventory', ids: [] }]);
  });
});

describe('variables of another revision', () => {
  const change = madeChange({
    base: { [entryPath]: [entry, ks('a', 'a')], a: [one] },
    head: { [entryPath]: [entry, ks('a', 'a'), two] },
  });
  const stale = (name: string): Build => ({
    kind: 'built',
    objects: [builtOf(configMap(name))],
    unknowns: [],
  });
  const withStale = (name: string) => ({
    ...change,
    kustomizations: new Map(
      [...change.kustomizations].map(([key, it]) => [
        key,
        key === 'flux-system/a' ? { ...it, stale: () => stale(name) } : it,
      ]),
    ),
  });

  it('may give an object another name for a moment: it is pruned then, and made anew', () => {
    const { answer, objects } = planChange(withStale('other'));
    expect(answer).toBe('unsafe');
    const found = objects.find(({ id }) => id === idOf(one));
    expect(found).toMatchObject({ kind: 'changed', risk: 'possible' });
    expect(found?.cause).toContain('before its variables are there');
  });

  it('are no danger where they are in no name', () => {
    expect(planChange(withStale('one')).answer).toBe('safe');
  });
});
