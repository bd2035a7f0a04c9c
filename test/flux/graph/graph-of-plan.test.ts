import { describe, expect, it } from 'vitest';
import { graphOfPlan } from '../../../src/flux/graph/graph-of-plan.ts';
import type { ClusterPlan, ObjectChange } from '../../../src/flux/plan/plan.ts';
import { graph, node } from './graphs.ts';

const [old, young] = ['flux-system/old', 'flux-system/young'];

function change(name: string, more: Partial<ObjectChange>): ObjectChange {
  const object = { namespace: 'default', name, group: '', kind: 'ConfigMap' };
  return {
    ...{ id: `default_${name}__ConfigMap`, object, kind: 'moved', from: [old], to: [young] },
    ...{ risk: 'none', orders: [], cause: 'old leaves', falls: [], procedure: null },
    ...more,
  };
}

function planned(...objects: ObjectChange[]) {
  const plan: ClusterPlan = { cluster: 'c', answer: 'unsafe', objects, failing: [], unknowns: [] };
  return graphOfPlan(plan, graph([node('root'), node('old')]), graph([node('root'), node('young')]));
}

describe('a plan in a graph', () => {
  it('draws what is gone, what is new, and what stays', () => {
    expect(planned().nodes.map(({ name, presence }) => [name, presence])).toEqual([
      ['root', 'stays'],
      ['young', 'added'],
      ['old', 'removed'],
    ]);
  });

  it('counts moves by where they lead, and says whether one is at risk', () => {
    const { moves } = planned(change('a', {}), change('b', { risk: 'possible' }));
    expect(moves).toEqual([{ from: old, to: young, count: 2, atRisk: true }]);
  });

  it('counts losses where they come from, in words', () => {
    const { nodes } = planned(
      change('a', { risk: 'certain' }),
      change('b', { kind: 'deleted', to: [], risk: 'possible' }),
      change('c', { kind: 'orphaned', to: [] }),
    );
    const found = nodes.find(({ key }) => key === old)?.change;
    expect(found).toMatchObject({ deleted: 2, orphaned: 1 });
    expect(found?.losses).toEqual([
      'ConfigMap default/a: deleted and made anew (old leaves)',
      'ConfigMap default/b: may be deleted (old leaves)',
      'ConfigMap default/c: left behind, owned by nobody (old leaves)',
    ]);
  });

  it('draws a cluster that is only there before or after', () => {
    const plan: ClusterPlan = { cluster: 'c', answer: 'safe', objects: [], failing: [], unknowns: [] };
    expect(graphOfPlan(plan, null, graph([node('a')])).nodes.map(({ presence }) => presence)).toEqual([
      'added',
    ]);
    expect(graphOfPlan(plan, graph([node('a')]), null).nodes.map(({ presence }) => presence)).toEqual([
      'removed',
    ]);
  });
});
