import { describe, expect, it } from 'vitest';
import type { ClusterPlan, ObjectChange } from '../../../src/flux/plan/plan.ts';
import { planChange } from '../../../src/flux/plan/plan-change.ts';
import {
  configMap,
  entryPath,
  idOf,
  kept,
  ks,
  type MadeChange,
  type Manifest,
  madeChange,
  object,
  readKs,
  release,
} from './made-change.ts';

// Every row of "What deletes", on made-up clusters: `flux-system` applies `clusters/test`, and the Kustomizations there
// their folders.

const entry = ks('flux-system', entryPath);
const [one, two] = [configMap('one'), configMap('two')];
const namespace = object('v1', 'Namespace', 'apps');

interface Found extends ClusterPlan {
  of(manifest: Manifest): ObjectChange | undefined;
}

function plan(made: MadeChange): Found {
  const result = planChange(madeChange(made));
  return { ...result, of: (manifest) => result.objects.find(({ id }) => id === idOf(manifest)) };
}

/** A cluster with Kustomizations `name: [path, spec]` beside the entry. */
function cluster(...all: readonly Manifest[]): { readonly [entryPath]: readonly Manifest[] } {
  return { [entryPath]: [entry, ...all] };
}

describe('a Kustomization that is removed', () => {
  const base = { ...cluster(ks('apps', 'apps')), apps: [one] };

  it('deletes what it holds', () => {
    const { answer, of } = plan({ base, head: cluster() });
    expect(answer).toBe('unsafe');
    expect(of(one)).toMatchObject({ kind: 'deleted', risk: 'certain', from: ['flux-system/apps'], to: [] });
    expect(of(ks('apps', 'apps'))).toMatchObject({
      risk: 'certain',
      falls: [{ kind: 'inventory', ids: [idOf(one)] }],
    });
  });

  it.each([
    ['does not prune', { prune: false }],
    ['has the deletion policy Orphan', { deletionPolicy: 'Orphan' }],
    ['is suspended', { suspend: true }],
  ])('orphans it where it %s', (_, spec) => {
    const { answer, of } = plan({
      base: { ...cluster(ks('apps', 'apps', spec)), apps: [one] },
      head: cluster(),
    });
    expect(answer).toBe('unsafe');
    expect(of(one)).toMatchObject({ kind: 'orphaned', risk: 'none', orders: [] });
  });

  it.each(['Delete', 'WaitForTermination'])(
    'deletes all the same with prune: false and the policy %s',
    (policy) => {
      const before = ks('apps', 'apps', { prune: false, deletionPolicy: policy });
      const { of } = plan({ base: { ...cluster(before), apps: [one] }, head: cluster() });
      expect(of(one)).toMatchObject({ kind: 'deleted', risk: 'certain' });
    },
  );

  it('takes along what its Kustomizations hold', () => {
    const { of } = plan({
      base: { ...cluster(ks('tenants', 'tenants')), tenants: [ks('apps', 'apps')], apps: [one] },
      head: cluster(),
    });
    expect(of(one)).toMatchObject({ kind: 'deleted', risk: 'certain' });
  });

  it('lives on where its parent does not prune, and follows its source', () => {
    const { of } = plan({
      base: {
        ...cluster(ks('tenants', 'tenants', { prune: false })),
        tenants: [ks('apps', 'apps')],
        apps: [one, two],
      },
      head: { tenants: [], apps: [two] },
    });
    expect(of(ks('apps', 'apps'))).toMatchObject({ kind: 'orphaned' });
    expect(of(one)).toMatchObject({ kind: 'deleted', risk: 'certain' });
    expect(of(two)).toBeUndefined();
  });

  it('is kept by an annotation on it', () => {
    const { of } = plan({ base: { ...cluster(kept(ks('apps', 'apps'))), apps: [one] }, head: cluster() });
    expect(of(ks('apps', 'apps'))).toMatchObject({ kind: 'orphaned', risk: 'none' });
    expect(of(one)).toBeUndefined();
  });
});

describe('a Kustomization that is renamed', () => {
  const head = { ...cluster(ks('new', 'apps')), apps: [one] };

  it('may delete all that it holds', () => {
    const { of } = plan({ base: { ...cluster(ks('old', 'apps')), apps: [one] }, head });
    expect(of(one)).toMatchObject({
      kind: 'moved',
      risk: 'possible',
      from: ['flux-system/old'],
      to: ['flux-system/new'],
      orders: expect.arrayContaining([expect.objectContaining({ ends: 'made anew' })]),
      procedure: { name: expect.stringContaining('P1') },
    });
  });

  it('keeps it where the old one does not prune', () => {
    const { of } = plan({ base: { ...cluster(ks('old', 'apps', { prune: false })), apps: [one] }, head });
    expect(of(one)).toMatchObject({ kind: 'moved', risk: 'none' });
  });
});

describe('an object that moves between two Kustomizations', () => {
  const move = (a: Manifest, b: Manifest, thing: Manifest = one): Found =>
    plan({ base: { ...cluster(a, b), a: [thing], b: [] }, head: { a: [], b: [thing] } });

  it('is deleted if the first prunes before the other owns it', () => {
    const found = move(ks('a', 'a'), ks('b', 'b'));
    expect(found.answer).toBe('unsafe');
    expect(found.of(one)).toMatchObject({
      kind: 'moved',
      risk: 'possible',
      cause: 'it leaves `a`, which prunes, before `b` owns it',
      procedure: { name: expect.stringContaining('P2') },
    });
  });

  it.each([
    ['does not prune', { prune: false }, 'moved'],
    ['is suspended, and still holds it', { suspend: true }, 'changed'],
  ])('stays where the first %s', (_, spec, kind) => {
    const found = move(ks('a', 'a', spec), ks('b', 'b'));
    expect(found.answer).toBe('safe');
    expect(found.of(one)).toMatchObject({ kind, risk: 'none' });
  });

  it('stays with an annotation that both have', () => {
    expect(move(ks('a', 'a'), ks('b', 'b'), kept(one)).answer).toBe('safe');
  });

  it('takes P2 for those that depend on each other', () => {
    const dependent = ks('b', 'b', { dependsOn: [{ name: 'a' }] });
    expect(move(ks('a', 'a'), dependent).of(one)?.procedure?.name).toContain('depends');
  });

  it('may still be deleted where prune goes in the same commit', () => {
    const { of } = plan({
      base: { ...cluster(ks('a', 'a'), ks('b', 'b')), a: [one], b: [] },
      head: { ...cluster(ks('a', 'a', { prune: false }), ks('b', 'b')), a: [], b: [one] },
    });
    expect(of(one)).toMatchObject({ kind: 'moved', risk: 'possible' });
  });

  it('may still be deleted where the annotation comes in the same commit', () => {
    const { of } = plan({
      base: { ...cluster(ks('a', 'a'), ks('b', 'b')), a: [one], b: [] },
      head: { a: [], b: [kept(one)] },
    });
    expect(of(one)).toMatchObject({ kind: 'moved', risk: 'possible' });
  });

  it('is deleted for certain where the new owner leaves alone what is there', () => {
    const { of } = plan({
      base: { ...cluster(ks('a', 'a'), ks('b', 'b')), a: [one], b: [] },
      head: { a: [], b: [kept(one, 'ssa', 'IfNotPresent')] },
    });
    expect(of(one)?.risk).not.toBe('none');
  });

  it('goes from parent to child at the same risk', () => {
    const { of } = plan({
      base: { ...cluster(), [entryPath]: [entry, ks('apps', 'apps'), one], apps: [] },
      head: { ...cluster(ks('apps', 'apps')), apps: [one] },
    });
    expect(of(one)).toMatchObject({ kind: 'moved', risk: 'possible', from: ['flux-system/flux-system'] });
  });
});

describe('an object in two inventories', () => {
  it('may be deleted by the one that drops it', () => {
    const { of } = plan({
      base: { ...cluster(ks('a', 'a'), ks('b', 'b')), a: [one], b: [one] },
      head: { a: [] },
    });
    expect(of(one)).toMatchObject({ kind: 'moved', risk: 'possible', to: ['flux-system/b'] });
  });

  it('is deleted for certain where both drop it', () => {
    const { of } = plan({
      base: { ...cluster(ks('a', 'a'), ks('b', 'b')), a: [one], b: [one] },
      head: { a: [], b: [] },
    });
    expect(of(one)).toMatchObject({ kind: 'deleted', risk: 'certain' });
  });

  it('is named once it comes to be one', () => {
    const { answer, of } = plan({
      base: { ...cluster(ks('a', 'a'), ks('b', 'b')), a: [one], b: [] },
      head: { b: [one] },
    });
    expect(of(one)).toMatchObject({
      kind: 'changed',
      risk: 'none',
      cause: expect.stringContaining('both apply it'),
    });
    expect(answer).toBe('safe');
  });
});

describe('an id that changes', () => {
  const deployment = object('apps/v1', 'Deployment', 'apps/web');

  it.each([
    ['its name', object('apps/v1', 'Deployment', 'apps/site')],
    ['its namespace', object('apps/v1', 'Deployment', 'web/web')],
    ['its kind', object('apps/v1', 'StatefulSet', 'apps/web')],
    ['its group', object('extensions/v1beta1', 'Deployment', 'apps/web')],
  ])('deletes the old object and makes a new one: %s', (_, later) => {
    const { of } = plan({
      base: { ...cluster(ks('apps', 'apps')), apps: [deployment] },
      head: { apps: [later] },
    });
    expect(of(deployment)).toMatchObject({ kind: 'deleted', risk: 'certain' });
    expect(of(later)).toMatchObject({ kind: 'created', risk: 'none' });
  });

  it.each([
    ['the version of its API', object('apps/v1beta1', 'Deployment', 'apps/web')],
    ['its labels', object('apps/v1', 'Deployment', 'apps/web', { metadata: { labels: { a: 'b' } } })],
  ])('deletes nothing: %s', (_, later) => {
    const { answer, of } = plan({
      base: { ...cluster(ks('apps', 'apps')), apps: [deployment] },
      head: { apps: [later] },
    });
    expect(answer).toBe('safe');
    expect(of(later)).toMatchObject({ kind: 'changed', risk: 'none' });
  });

  it.each([
    ['targetNamespace', { targetNamespace: 'web' }, object('apps/v1', 'Deployment', 'web/web')],
    ['namePrefix', { namePrefix: 'x-' }, object('apps/v1', 'Deployment', 'apps/x-web')],
  ])('deletes by %s', (_, spec, later) => {
    const { of } = plan({
      base: { ...cluster(ks('apps', 'apps')), apps: [deployment] },
      head: cluster(ks('apps', 'apps', spec)),
    });
    expect(of(deployment)).toMatchObject({ kind: 'deleted', risk: 'certain' });
    expect(of(later)).toMatchObject({ kind: 'created' });
  });

  it('replaces what a generator made, and is safe', () => {
    const [before, after] = [
      configMap('settings-2b8m6hfk9t', { a: '2' }),
      configMap('settings-h29d89cmmt', { a: '1' }),
    ];
    const { answer, of } = plan({
      base: { ...cluster(ks('apps', 'apps')), apps: [before] },
      head: { apps: [after] },
    });
    expect(of(before)).toMatchObject({ kind: 'deleted', risk: 'certain', replacedBy: idOf(after) });
    expect(answer).toBe('safe');
  });

  it('takes none for generated whose content has another hash', () => {
    const [before, after] = [configMap('users-2bcdfghkmt'), configMap('users-9k7m6h5g4f')];
    const { answer } = plan({
      base: { ...cluster(ks('apps', 'apps')), apps: [before] },
      head: { apps: [after] },
    });
    expect(answer).toBe('unsafe');
  });

  it('does not take a generated object for replaced that goes for good', () => {
    const before = configMap('settings-2b8m6hfk9t');
    const { answer } = plan({ base: { ...cluster(ks('apps', 'apps')), apps: [before] }, head: { apps: [] } });
    expect(answer).toBe('unsafe');
  });
});

describe('a path', () => {
  it('that is missing deletes nothing', () => {
    const { answer, failing, of } = plan({
      base: { ...cluster(ks('apps', 'apps')), apps: [one] },
      head: { apps: null },
    });
    expect(answer).toBe('safe');
    expect(failing).toMatchObject([{ kustomization: 'flux-system/apps', broken: true }]);
    expect(of(one)).toBeUndefined();
  });

  it('that is empty deletes all', () => {
    const { of } = plan({ base: { ...cluster(ks('apps', 'apps')), apps: [one] }, head: { apps: [] } });
    expect(of(one)).toMatchObject({ kind: 'deleted', risk: 'certain' });
  });

  it('that changes while the content moves deletes what the old path has no more', () => {
    const { of } = plan({
      base: { ...cluster(ks('apps', 'old')), old: [one, two] },
      head: { ...cluster(ks('apps', 'new')), old: [two], new: [one, two] },
    });
    expect(of(one)).toMatchObject({
      kind: 'changed',
      risk: 'possible',
      procedure: { name: expect.stringContaining('P3') },
    });
    expect(of(two)).toBeUndefined();
  });

  it('that changes at once is safe where the old one is gone', () => {
    const { answer } = plan({
      base: { ...cluster(ks('apps', 'old')), old: [one] },
      head: { ...cluster(ks('apps', 'new')), old: null, new: [one] },
    });
    expect(answer).toBe('safe');
  });

  it('that changes is safe where both have the same', () => {
    const { answer } = plan({
      base: { ...cluster(ks('apps', 'old')), old: [one] },
      head: { ...cluster(ks('apps', 'new')), new: [one] },
    });
    expect(answer).toBe('safe');
  });

  it('that takes in for a moment what is another one’s may delete it', () => {
    const { of } = plan({
      base: { ...cluster(ks('apps', 'old'), ks('b', 'b')), old: [], b: [two] },
      head: { ...cluster(ks('apps', 'new'), ks('b', 'b')), old: [two], new: [] },
    });
    expect(of(two)).toMatchObject({ risk: 'possible', to: ['flux-system/b'] });
  });
});

describe('the entry', () => {
  it('is stuck where its path moves and the old one is gone', () => {
    const { answer, failing, objects } = plan({
      base: { ...cluster(ks('apps', 'apps')), apps: [one] },
      head: { [entryPath]: null, 'clusters/new': [ks('flux-system', 'clusters/new'), ks('apps', 'apps')] },
    });
    expect(failing).toMatchObject([{ kustomization: 'flux-system/flux-system', broken: true }]);
    expect(objects).toEqual([]);
    expect(answer).toBe('safe');
  });

  it('that nobody builds (a FluxInstance makes it) comes to its new spec at its own time', () => {
    const made = madeChange({ base: { [entryPath]: [one, two], 'clusters/new': [two] }, head: {} });
    const own = made.kustomizations.get('flux-system/flux-system');
    if (own === undefined) throw new Error('no entry');
    const spec = { base: own.spec.base, head: readKs(ks('flux-system', 'clusters/new')) };
    const view: typeof own.view = (side, tree) =>
      side === 'base'
        ? own.view('base', tree)
        : (madeChange({ base: { [entryPath]: [two] }, head: {} })
            .kustomizations.get(own.key)
            ?.view('base', tree) ?? null);
    const { objects } = planChange({ ...made, kustomizations: new Map([[own.key, { ...own, spec, view }]]) });
    expect(objects).toMatchObject([{ id: idOf(one), kind: 'deleted' }]);
  });

  it('of a new cluster creates all', () => {
    const made = madeChange({ base: { ...cluster(ks('apps', 'apps')), apps: [one] }, head: {} });
    const fresh = [...made.kustomizations].map(
      ([key, change]) =>
        [
          key,
          {
            ...change,
            spec: { base: null, head: change.spec.head },
            source: { base: null, head: change.source.head },
            view: (side: 'base' | 'head', tree: 'base' | 'head') =>
              side === 'base' ? null : change.view(side, tree),
          },
        ] as const,
    );
    const { answer, objects } = planChange({ ...made, kustomizations: new Map(fresh) });
    expect(answer).toBe('safe');
    expect(objects.map(({ kind, id }) => [kind, id])).toContainEqual(['created', idOf(one)]);
  });

  it('that drops itself deletes the whole cluster', () => {
    const { of } = plan({
      base: { ...cluster(ks('apps', 'apps')), apps: [one] },
      head: { [entryPath]: [ks('apps', 'apps')] },
    });
    expect(of(entry)).toMatchObject({ kind: 'deleted', risk: 'certain' });
    expect(of(one)?.risk).not.toBe('none');
  });
});

describe('what falls with an object', () => {
  it('is everything in a Namespace, whoever owns it', () => {
    const { of } = plan({
      base: { ...cluster(ks('a', 'a'), ks('b', 'b')), a: [namespace], b: [one] },
      head: { a: [] },
    });
    expect(of(namespace)?.falls).toMatchObject([{ kind: 'namespace-content', ids: [idOf(one)] }]);
    expect(of(one)).toMatchObject({
      kind: 'changed',
      risk: 'certain',
      cause: 'Namespace apps goes, and everything in it',
    });
  });

  it('is every Kustomization in a Namespace, with all that they hold', () => {
    const flux = object('v1', 'Namespace', 'flux-system');
    const { of } = plan({
      base: { ...cluster(ks('a', 'a'), ks('b', 'b')), a: [flux], b: [one] },
      head: { a: [] },
    });
    expect(of(one)).toMatchObject({ risk: expect.stringMatching(/possible|certain/) });
  });

  it('is every object of a definition', () => {
    const definition = object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'things.example.com', {
      spec: { group: 'example.com', names: { kind: 'Thing', plural: 'things' } },
    });
    const thing = object('example.com/v1', 'Thing', 'apps/it');
    const { of } = plan({
      base: { ...cluster(ks('a', 'a'), ks('b', 'b')), a: [definition], b: [thing, one] },
      head: { a: [] },
    });
    expect(of(definition)?.falls).toMatchObject([{ kind: 'custom-resources', ids: [idOf(thing)] }]);
    expect(of(thing)).toMatchObject({ risk: 'certain' });
    expect(of(one)).toBeUndefined();
  });

  it('is every Kustomization with the definition of Kustomizations', () => {
    const definition = object(
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      'kustomizations.kustomize.toolkit.fluxcd.io',
      {
        spec: {
          group: 'kustomize.toolkit.fluxcd.io',
          names: { kind: 'Kustomization', plural: 'kustomizations' },
        },
      },
    );
    const { of } = plan({
      base: { ...cluster(ks('a', 'a'), ks('b', 'b')), a: [definition], b: [one] },
      head: { a: [] },
    });
    expect(of(one)?.risk).not.toBe('none');
  });

  it('is what a HelmRelease installed', () => {
    const { of } = plan({ base: { ...cluster(ks('a', 'a')), a: [release('cilium')] }, head: { a: [] } });
    expect(of(release('cilium'))?.falls).toMatchObject([{ kind: 'helm-uninstall' }]);
  });

  it('is nothing where the HelmRelease is suspended', () => {
    const suspended = release('cilium', { suspend: true });
    const { of } = plan({ base: { ...cluster(ks('a', 'a')), a: [suspended] }, head: { a: [] } });
    expect(of(suspended)).toMatchObject({ kind: 'deleted', falls: [] });
  });

  it.each([
    ['storageNamespace', { storageNamespace: 'other' }],
    ['targetNamespace', { targetNamespace: 'other' }],
    ['releaseName', { releaseName: 'other' }],
    ["the chart's name", { chart: { spec: { chart: 'other' } } }],
  ])('is the old release where %s changes', (_, spec) => {
    const later = release('cilium', spec);
    const { answer, of } = plan({
      base: { ...cluster(ks('a', 'a')), a: [release('cilium')] },
      head: { a: [later] },
    });
    expect(answer).toBe('unsafe');
    expect(of(later)).toMatchObject({ kind: 'changed', risk: 'none', falls: [{ kind: 'helm-uninstall' }] });
  });

  it('is the data of a volume', () => {
    const claim = object('v1', 'PersistentVolumeClaim', 'apps/data');
    const { of } = plan({ base: { ...cluster(ks('a', 'a')), a: [claim] }, head: { a: [] } });
    expect(of(claim)).toMatchObject({
      falls: [{ kind: 'data' }],
      procedure: { name: expect.stringContaining('P5') },
    });
  });
});

describe('protection', () => {
  it('keeps what is dropped: it is orphaned', () => {
    const { of } = plan({ base: { ...cluster(ks('a', 'a')), a: [kept(one)] }, head: { a: [] } });
    expect(of(one)).toMatchObject({ kind: 'orphaned', risk: 'none' });
  });

  it('holds in any case, and as a label', () => {
    const marked = {
      ...one,
      metadata: {
        name: 'one',
        namespace: 'apps',
        labels: { 'kustomize.toolkit.fluxcd.io/prune': 'Disabled' },
      },
    };
    const { of } = plan({ base: { ...cluster(ks('a', 'a')), a: [marked] }, head: { a: [] } });
    expect(of(one)).toMatchObject({ kind: 'orphaned' });
  });

  it.each([
    ['reconcile', 'disabled'],
    ['ssa', 'Ignore'],
  ])('is not told by what never reaches the cluster: %s', (mark, value) => {
    const { of } = plan({ base: { ...cluster(ks('a', 'a')), a: [kept(one, mark, value)] }, head: { a: [] } });
    expect(of(one)?.risk).not.toBe('none');
  });

  it('that the new revision takes off may be off before the prune', () => {
    const { of } = plan({
      base: { ...cluster(ks('apps', 'old')), old: [kept(one)] },
      head: { ...cluster(ks('apps', 'new')), old: [one], new: [] },
    });
    expect(of(one)).toMatchObject({ kind: 'deleted', risk: 'possible' });
  });
});

describe('force', () => {
  const job = (image: string) => object('batch/v1', 'Job', 'apps/once', { spec: { template: { image } } });
  const change = (spec: Manifest): Found =>
    plan({ base: { ...cluster(ks('a', 'a', spec)), a: [job('one')] }, head: { a: [job('two')] } });

  it('deletes and makes anew what cannot be changed', () => {
    expect(change({ force: true }).of(job('two'))).toMatchObject({ kind: 'changed', risk: 'certain' });
  });

  it('off changes nothing', () => {
    expect(change({}).of(job('two'))).toMatchObject({ kind: 'changed', risk: 'none' });
  });

  it('may do so to custom objects', () => {
    const thing = (size: number) => object('example.com/v1', 'Thing', 'apps/it', { spec: { size } });
    const { of } = plan({
      base: { ...cluster(ks('a', 'a', { force: true })), a: [thing(1)] },
      head: { a: [thing(2)] },
    });
    expect(of(thing(2))).toMatchObject({ kind: 'changed', risk: 'possible' });
  });
});

describe('who does not run', () => {
  it('a suspended Kustomization neither applies nor prunes', () => {
    const { answer, objects } = plan({
      base: { ...cluster(ks('a', 'a', { suspend: true })), a: [one] },
      head: { a: [two] },
    });
    expect([answer, objects]).toEqual(['safe', []]);
  });

  it('one that is suspended in the same commit may run before', () => {
    const { of } = plan({
      base: { ...cluster(ks('a', 'a')), a: [one] },
      head: { ...cluster(ks('a', 'a', { suspend: true })), a: [] },
    });
    expect(of(one)?.risk).toBe('possible');
  });

  it('one whose parent fails keeps its old spec', () => {
    const { failing, of } = plan({
      base: { ...cluster(ks('tenants', 'tenants')), tenants: [ks('apps', 'apps')], apps: [one] },
      head: { tenants: { kind: 'failed', message: 'no such file', fix: 'Add it.' }, apps: [] },
    });
    expect(failing).toMatchObject([{ kustomization: 'flux-system/tenants' }]);
    expect(of(ks('apps', 'apps'))).toBeUndefined();
    expect(of(one)).toMatchObject({ kind: 'deleted' });
  });

  it('one that waits for a failing one is named, and certain to do nothing yet', () => {
    const { failing, of } = plan({
      base: { ...cluster(ks('a', 'a'), ks('b', 'b', { dependsOn: [{ name: 'a' }] })), a: [two], b: [one] },
      head: { a: null, b: [] },
    });
    expect(failing.map(({ kustomization }) => kustomization)).toEqual(['flux-system/a', 'flux-system/b']);
    expect(of(one)).toMatchObject({ kind: 'deleted', risk: 'possible' });
  });
});

describe('sources', () => {
  it('of their own move at their own time: every pair of revisions is looked at', () => {
    const other = { base: { app: [one, two] }, head: { app: [one], other: [one, two] } };
    const { of } = plan({
      base: cluster(ks('app', 'app', { source: 'other' })),
      head: cluster(ks('app', 'other', { source: 'other' })),
      sources: { other },
    });
    // the old path at the new revision, and the new path at the old one, which fails
    expect(of(two)).toMatchObject({ risk: 'possible' });
  });

  it('that are deleted delete nothing: who uses them fails', () => {
    const source = object('source.toolkit.fluxcd.io/v1', 'GitRepository', 'flux-system/other');
    const content = { app: [one] };
    const { of, failing } = plan({
      base: { ...cluster(source, ks('app', 'app', { source: 'other' })) },
      head: cluster(ks('app', 'app', { source: 'other' })),
      sources: { other: { base: content, head: content } },
    });
    expect(of(source)).toMatchObject({ kind: 'deleted', risk: 'certain' });
    expect(of(one)).toBeUndefined();
    expect(failing).toMatchObject([{ kustomization: 'flux-system/app' }]);
  });
});

describe('other clusters', () => {
  const remote = { kubeConfig: { secretRef: { name: 'other' } } };

  it('have objects of their own under the same names', () => {
    const { of } = plan({
      base: { ...cluster(ks('here', 'here'), ks('there', 'there', remote)), here: [namespace], there: [one] },
      head: { here: [] },
    });
    expect(of(namespace)).toMatchObject({ kind: 'deleted' });
    expect(of(one)).toBeUndefined();
  });

  it('are pruned as this one is', () => {
    const { of } = plan({
      base: { ...cluster(ks('there', 'there', remote)), there: [one] },
      head: { there: [] },
    });
    expect(of(one)).toMatchObject({ kind: 'deleted', risk: 'certain' });
  });
});
