import { describe, expect, it } from 'vitest';
import type { LiveObject, LiveState } from '../../../src/flux/plan/change.ts';
import { planChange } from '../../../src/flux/plan/plan-change.ts';
import {
  configMap,
  entryPath,
  idOf,
  ks,
  type MadeChange,
  type Manifest,
  madeChange,
  readKs,
} from './made-change.ts';

const entry = ks('flux-system', entryPath);
const [one, two] = [configMap('one'), configMap('two')];

/** What a cluster has: Kustomizations with the objects in their inventories. */
function live(
  inventories: readonly (readonly [Manifest, readonly Manifest[]])[],
  objects: readonly (readonly [Manifest, LiveObject | null])[] = [],
): LiveState {
  return {
    kustomizations: new Map(
      inventories.map(([manifest, held]) => {
        const kustomization = readKs(manifest);
        const key = `${kustomization.namespace}/${kustomization.name}`;
        const inventory = held.map(idOf);
        return [
          key,
          { inventory, lastAppliedRevision: null, ready: 'True', message: '', kustomization, settled: true },
        ];
      }),
    ),
    objects: new Map(objects.map(([manifest, object]) => [idOf(manifest), object])),
  };
}

function ownedBy(name: string, annotations: Record<string, string> = {}): LiveObject {
  return {
    labels: new Map([
      ['kustomize.toolkit.fluxcd.io/name', name],
      ['kustomize.toolkit.fluxcd.io/namespace', 'flux-system'],
    ]),
    annotations: new Map(Object.entries(annotations)),
    uid: 'test',
    terminating: false,
  };
}

describe('a plan against the cluster', () => {
  const [a, b] = [ks('a', 'a'), ks('b', 'b')];
  const moved: MadeChange = {
    base: { [entryPath]: [entry, a, b], a: [one], b: [] },
    head: { a: [], b: [one] },
  };
  const kustomizations = [entry, a, b];

  function plan(state: LiveState, made = moved) {
    const { answer, objects, unknowns } = planChange(madeChange(made), state);
    return { answer, unknowns, of: (manifest: Manifest) => objects.find(({ id }) => id === idOf(manifest)) };
  }

  it('finds the same as without where the cluster is as the base has it', () => {
    const { answer, of } = plan(
      live([
        [entry, kustomizations],
        [a, [one]],
        [b, []],
      ]),
    );
    expect(answer).toBe('unsafe');
    expect(of(one)).toMatchObject({ kind: 'moved', risk: 'possible' });
  });

  it('takes one that is suspended by hand for suspended, before and after', () => {
    const suspended = ks('a', 'a', { suspend: true });
    expect(
      plan(
        live([
          [entry, kustomizations],
          [suspended, [one]],
          [b, []],
        ]),
      ).answer,
    ).toBe('safe');
  });

  it('finds that the new owner has it already', () => {
    const made: MadeChange = { base: { ...moved.base, a: [], b: [one] }, head: {} };
    const state = live(
      [
        [entry, kustomizations],
        [a, [one]],
        [b, [one]],
      ],
      [[one, ownedBy('b')]],
    );
    const { answer, of } = plan(state, made);
    expect(of(one)).toMatchObject({ kind: 'moved', risk: 'none' });
    expect(answer).toBe('safe');
  });

  it('finds what the inventory has and the base does not build', () => {
    const state = live([
      [entry, kustomizations],
      [a, [one, two]],
      [b, []],
    ]);
    expect(plan(state).of(two)).toMatchObject({ kind: 'deleted', from: ['flux-system/a'] });
  });

  it('finds a protection that only the live object has', () => {
    const made: MadeChange = { ...moved, head: { a: [] } };
    const annotations = { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' };
    const state = live(
      [
        [entry, kustomizations],
        [a, [one]],
        [b, []],
      ],
      [[one, ownedBy('a', annotations)]],
    );
    expect(plan(state, made).of(one)).toMatchObject({ kind: 'orphaned', risk: 'none' });
  });

  it('does not find an object that is gone', () => {
    const state = live(
      [
        [entry, kustomizations],
        [a, [one, two]],
        [b, []],
      ],
      [[two, null]],
    );
    expect(plan(state).of(two)?.risk ?? 'none').toBe('none');
  });

  it('does not know what one builds whose live spec is not that of the base', () => {
    const state = live([
      [entry, kustomizations],
      [ks('a', 'elsewhere'), [one]],
      [b, []],
    ]);
    const { unknowns } = plan(state);
    expect(unknowns).toMatchObject([{ reason: 'live', subject: 'flux-system/a' }]);
  });

  it('names one that the repository does not have, and that follows its source', () => {
    const other = ks('other', 'other');
    const { unknowns } = plan(
      live([
        [entry, kustomizations],
        [a, [one]],
        [b, []],
        [other, [two]],
      ]),
    );
    expect(unknowns).toMatchObject([{ reason: 'live', subject: 'flux-system/other' }]);
  });
});
