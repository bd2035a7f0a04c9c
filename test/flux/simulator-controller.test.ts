import { describe, expect, it } from 'vitest';
import { madeObject } from './simulator/made-change.ts';
import { runs, type SceneChild, scene } from './simulator/made-scene.ts';
import type { ObjectOutcome, Outcome, Scenario } from './simulator/scenario.ts';

/** Cases as kustomize-controller's own tests have them (internal/controller/*_test.go), by their names there. */
const config = 'gc_config__ConfigMap';
const secret = 'gc_secret__Secret';
const texts = ['ConfigMap gc/config', 'Secret gc/secret'] as const;
const key = 'flux-system/gc';

/** What has to hold in every order of events. */
function everyRun(scenario: Scenario, check: (outcome: Outcome) => void, count = 100): void {
  for (const timing of ['measured', 'adversarial'] as const)
    for (const outcome of runs(scenario, count, { timing })) {
      expect(outcome.quiet).toBe(true);
      check(outcome);
    }
}

function objectOf(outcome: Outcome, id: string): ObjectOutcome {
  const object = outcome.objects.get(id);
  if (object === undefined) throw new Error(`${id} is not in the outcome`);
  return object;
}

const annotated = (annotation: string, value: string) =>
  madeObject('ConfigMap gc/config', key, { annotations: { [annotation]: value } });

describe('Prune', () => {
  it('deletes stale objects, and makes the new ones', () => {
    everyRun(scene({ gc: texts }, { gc: ['ConfigMap gc/new'] }), (outcome) => {
      expect(objectOf(outcome, config)).toMatchObject({ exists: false, deletedBy: [key] });
      expect(objectOf(outcome, secret)).toMatchObject({ exists: false, deletedBy: [key] });
      expect(objectOf(outcome, 'gc_new__ConfigMap')).toMatchObject({ exists: true, owner: key });
    });
  });

  it('handles finalizer: deletes the inventory of a Kustomization that is deleted', () => {
    everyRun(scene({ gc: texts }, {}), (outcome) => {
      expect(objectOf(outcome, secret)).toMatchObject({ exists: false, deletedBy: [key] });
      expect(outcome.kustomizations.has(key)).toBe(false);
    });
  });

  it.each(['disabled', 'Disabled'])('preserves objects with prune: %s, stale or finalized', (value) => {
    const kept = annotated('prune', value);
    for (const head of [{ gc: ['Secret gc/secret'] }, {}])
      everyRun(scene({ gc: [kept, 'Secret gc/secret'] }, head), (outcome) => {
        expect(objectOf(outcome, config)).toMatchObject({ exists: true, same: true, orphaned: true });
      });
  });
});

describe('PruneFailedInventoryRetry', () => {
  it('accepted delete leaves the inventory, even while a finalizer holds the object', () => {
    const scenario = { ...scene({ gc: texts }, { gc: [] }), finalized: () => true, otherControllers: false };
    everyRun(scenario, (outcome) => {
      expect(objectOf(outcome, config)).toMatchObject({ exists: true, terminating: true, inventories: [] });
    });
  });

  it('rejected delete stays in the inventory until a retry succeeds', () => {
    const refused = { ...scene({ gc: texts }, { gc: [] }), refusesDelete: (id: string) => id === config };
    everyRun(refused, (outcome) => {
      expect(objectOf(outcome, config)).toMatchObject({ exists: true, inventories: [key], orphaned: false });
      expect(objectOf(outcome, secret)).toMatchObject({ exists: false });
      expect(outcome.kustomizations.get(key)).toMatchObject({ ready: false });
    });
    const late = { ...refused, refusesDelete: (id: string, attempt: number) => id === config && attempt < 2 };
    everyRun(late, (outcome) => {
      expect(objectOf(outcome, config)).toMatchObject({ exists: false });
      expect(outcome.kustomizations.get(key)).toMatchObject({ ready: true });
    });
  });
});

describe('PruneEmpty', () => {
  it('a build of nothing prunes everything', () => {
    everyRun(scene({ gc: { wait: true, builds: texts } }, { gc: { wait: true, builds: [] } }), (outcome) => {
      expect(objectOf(outcome, config)).toMatchObject({ exists: false });
      expect(outcome.kustomizations.get(key)).toMatchObject({ ready: true });
    });
  });

  it('a build that fails prunes nothing', () => {
    everyRun(scene({ gc: texts }, { gc: { builds: 'fails' } }), (outcome) => {
      expect(objectOf(outcome, config)).toMatchObject({ exists: true, same: true, inventories: [key] });
    });
  });

  it('deletes suspended: one that is deleted while it is suspended leaves everything', () => {
    everyRun({ ...scene({ gc: texts }, {}), suspended: new Set([key]) }, (outcome) => {
      expect(objectOf(outcome, config)).toMatchObject({ exists: true, same: true, orphaned: true });
      expect(outcome.kustomizations.has(key)).toBe(false);
    });
  });
});

describe('PruneSkipNotOwned', () => {
  it('deletes owned objects, and preserves objects with a different owner', () => {
    // `other` is the last that applied the object: its labels name it.
    const shared = { other: ['ConfigMap gc/config'], gc: texts };
    const first = scene(shared, { other: ['ConfigMap gc/config'] });
    let kept = 0;
    everyRun(
      first,
      (outcome) => {
        expect(objectOf(outcome, secret)).toMatchObject({ exists: false });
        expect(objectOf(outcome, config)).toMatchObject({ exists: true, owner: 'flux-system/other' });
        if (objectOf(outcome, config).same) kept++;
      },
      60,
    );
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(120);
  });
});

describe('PruneExcludesSSAIgnore, PruneIncludesSSAIfNotPresent', () => {
  it.each([
    ['ssa', 'Ignore'],
    ['reconcile', 'disabled'],
  ])('preserves objects that somebody marked %s: %s', (name, value) => {
    const mark = new Map([[`kustomize.toolkit.fluxcd.io/${name}`, value]]);
    for (const head of [{ gc: ['Secret gc/secret'] }, {}])
      everyRun({ ...scene({ gc: texts }, head), marks: new Map([[config, mark]]) }, (outcome) => {
        expect(objectOf(outcome, config)).toMatchObject({ exists: true, same: true });
      });
  });

  it('deletes ssa: IfNotPresent objects, stale or finalized', () => {
    for (const head of [{ gc: ['Secret gc/secret'] }, {}])
      everyRun(scene({ gc: [annotated('ssa', 'IfNotPresent'), 'Secret gc/secret'] }, head), (outcome) => {
        expect(objectOf(outcome, config)).toMatchObject({ exists: false });
      });
  });

  it('never relabels an ssa: IfNotPresent object: moved, it is always lost', () => {
    const moved = scene(
      { gc: [annotated('ssa', 'IfNotPresent')], other: [] },
      { gc: [], other: [annotated('ssa', 'IfNotPresent')] },
    );
    everyRun(moved, (outcome) => {
      expect(objectOf(outcome, config).deletedBy).toEqual([key]);
    });
  });
});

describe('DeletionPolicy', () => {
  const policies: readonly (readonly [boolean, SceneChild['deletionPolicy'], boolean])[] = [
    [false, 'Delete', true],
    [false, 'WaitForTermination', true],
    [true, 'MirrorPrune', true],
    [true, 'Orphan', false],
    [false, 'MirrorPrune', false],
  ];
  it.each(policies)('prune: %s, deletionPolicy: %s: deleted %s', (prune, deletionPolicy, deleted) => {
    const child: SceneChild = { prune, builds: texts, ...(deletionPolicy ? { deletionPolicy } : {}) };
    everyRun(scene({ gc: child }, {}), (outcome) => {
      expect(objectOf(outcome, config)).toMatchObject({ exists: !deleted });
    });
  });

  it('prune: false on a live Kustomization: what leaves it is an orphan', () => {
    const child = { prune: false };
    everyRun(scene({ gc: { ...child, builds: texts } }, { gc: { ...child, builds: [] } }), (outcome) => {
      expect(objectOf(outcome, config)).toMatchObject({ exists: true, same: true, orphaned: true });
    });
  });
});

describe('DependsOn', () => {
  const dependsOn = [{ namespace: 'flux-system', name: 'first', readyExpr: null }];
  it('a dependent waits for the revision of its dependency, and not for its deletion', () => {
    const failing = scene(
      { first: ['ConfigMap a/a'], second: { dependsOn, builds: texts } },
      { first: { builds: 'fails' }, second: { dependsOn, builds: [] } },
    );
    everyRun(failing, (outcome) => {
      expect(objectOf(outcome, config)).toMatchObject({ exists: true, same: true });
    });
    const removed = scene(
      { first: { builds: 'fails' }, second: { dependsOn, builds: texts } },
      { first: { builds: 'fails' } },
    );
    everyRun(removed, (outcome) => {
      expect(objectOf(outcome, config)).toMatchObject({ exists: false });
    });
  });

  it('Kustomizations that depend on each other stay where they are', () => {
    const circle = (builds: SceneChild['builds']) => ({
      first: { dependsOn: [{ namespace: 'flux-system', name: 'second', readyExpr: null }], builds: [] },
      second: { dependsOn, builds },
    });
    everyRun(scene(circle(texts), circle([])), (outcome) => {
      expect(objectOf(outcome, config)).toMatchObject({ exists: true, same: true });
    });
  });
});

describe('what the API server does', () => {
  it('a Namespace takes all with it, whoever owns it; what is made there waits until it is gone', () => {
    const scenario = scene(
      { gc: ['Namespace apps'], other: ['ConfigMap apps/x'] },
      { gc: [], other: ['Namespace apps', 'ConfigMap apps/x'] },
    );
    let lost = 0;
    everyRun(scenario, (outcome) => {
      const x = objectOf(outcome, 'apps_x__ConfigMap');
      if (x.deletedBy.includes('namespace')) lost++;
      expect(x).toMatchObject({ exists: true, owner: 'flux-system/other' });
    });
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThan(200);
  });

  it('a definition takes its objects with it', () => {
    const scenario = scene(
      {
        gc: ['CustomResourceDefinition.apiextensions.k8s.io widgets.example.com'],
        other: ['Widget.example.com a/w'],
      },
      { gc: [], other: ['Widget.example.com a/w'] },
    );
    everyRun(scenario, (outcome) => {
      expect(objectOf(outcome, 'a_w_example.com_Widget').deletedBy).toEqual(['definition']);
    });
  });

  it('an object whose Namespace is gone fails its whole Kustomization, which prunes nothing from then on', () => {
    const scenario = scene({ gc: ['Namespace apps', ...texts] }, { gc: ['ConfigMap apps/x'] });
    everyRun(scenario, (outcome) => {
      expect(objectOf(outcome, '_apps__Namespace')).toMatchObject({ exists: false, deletedBy: [key] });
      expect(outcome.kustomizations.get(key)).toMatchObject({ ready: false });
      expect(outcome.kustomizations.get(key)?.message).toContain('namespaces "apps" not found');
    });
  });
});

describe('the runs', () => {
  const moved = scene({ gc: texts, other: [] }, { gc: ['Secret gc/secret'], other: ['ConfigMap gc/config'] });

  it('are made again by their seed', () => {
    const [first, again] = [runs(moved, 20, { story: true }), runs(moved, 20, { story: true })];
    expect(again).toEqual(first);
    expect(new Set(first.map(({ story }) => story.join())).size).toBeGreaterThan(10);
  });

  it('reach the race between reading an object and deleting it: what another owns by then is deleted', () => {
    const raced = runs(moved, 2000, { story: true }).filter(({ story }) => {
      const taken = story.findIndex((line) => line.endsWith(`flux-system/other configures ${config}`));
      const deleted = story.findIndex((line) => line.endsWith(`${key} deletes ${config}`));
      return taken >= 0 && deleted > taken;
    });
    expect(raced.length).toBeGreaterThan(0);
    expect(raced.length).toBeLessThan(200);
  });
});
