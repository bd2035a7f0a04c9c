import { describe, expect, it } from 'vitest';
import { losses, runs, scene } from './simulator/made-scene.ts';

/**
 * Changes that were run against the real controllers, with how often an object was lost there. With durations as they
 * were measured the simulator has to agree; with any durations it has to know the other outcome where there is one.
 */
const cilium = 'kube-system_cilium__ConfigMap';
const objects = ['ConfigMap kube-system/cilium'] as const;
const rounds = 200;

function share(scenario: ReturnType<typeof scene>, timing: 'measured' | 'adversarial'): number {
  return losses(runs(scenario, rounds, { timing }), cilium) / rounds;
}

describe('what was measured with the real controllers', () => {
  const split = scene({ infrastructure: objects }, { cilium: objects, rest: ['ConfigMap rest/a'] });
  const toNew = scene(
    { infrastructure: [...objects, 'ConfigMap a/b'] },
    { infrastructure: ['ConfigMap a/b'], cilium: objects },
  );
  const toLive = scene(
    { infrastructure: [...objects, 'ConfigMap a/b'], network: ['ConfigMap a/c'] },
    { infrastructure: ['ConfigMap a/b'], network: ['ConfigMap a/c', ...objects] },
  );

  it('split: lost 15 of 15', () => {
    expect(share(split, 'measured')).toBe(1);
  });

  it('rename of a Kustomization: lost 10 of 10', () => {
    expect(share(scene({ infrastructure: objects }, { network: objects }), 'measured')).toBe(1);
  });

  it('move from a live Kustomization to a new one: lost 12 of 12', () => {
    expect(share(toNew, 'measured')).toBe(1);
  });

  it('move between two live Kustomizations: lost 7 of 20', () => {
    const lost = share(toLive, 'measured');
    expect(lost).toBeGreaterThan(0.1);
    expect(lost).toBeLessThan(0.65);
  });

  it('prune: false seen live first, then split: lost 0 of 10', () => {
    const guarded = scene({ infrastructure: { prune: false, builds: objects } }, { cilium: objects });
    expect(share(guarded, 'measured')).toBe(0);
    expect(share(guarded, 'adversarial')).toBe(0);
  });

  it('deletionPolicy: Orphan first, then split: lost 0 of 4', () => {
    const guarded = scene(
      { infrastructure: { deletionPolicy: 'Orphan', builds: objects } },
      { cilium: objects },
    );
    expect(share(guarded, 'measured')).toBe(0);
    expect(share(guarded, 'adversarial')).toBe(0);
  });

  it('old Kustomization suspended first, then split: lost 0 of 4', () => {
    const guarded = { ...split, suspended: new Set(['flux-system/infrastructure']) };
    expect(share(guarded, 'measured')).toBe(0);
    expect(share(guarded, 'adversarial')).toBe(0);
  });

  it('split of an object with a finalizer: Terminating, and the new Kustomization ready, in 4 of 4', () => {
    const scenario = { ...split, finalized: () => true, otherControllers: false };
    for (const outcome of runs(scenario, rounds, { timing: 'measured' })) {
      expect(outcome.objects.get(cilium)).toMatchObject({
        terminating: true,
        same: true,
        owner: 'flux-system/cilium',
        deletedBy: ['flux-system/infrastructure'],
      });
      expect(outcome.kustomizations.get('flux-system/cilium')?.ready).toBe(true);
    }
  });

  it('knows the order that was never seen: the new owner is first', () => {
    for (const scenario of [split, toNew, toLive]) {
      const lost = share(scenario, 'adversarial');
      expect(lost).toBeGreaterThan(0);
      expect(lost).toBeLessThan(1);
    }
  });

  it('makes anew what it lost, and comes to rest', () => {
    for (const timing of ['measured', 'adversarial'] as const)
      for (const outcome of runs(split, rounds, { timing })) {
        expect(outcome.quiet).toBe(true);
        expect(outcome.objects.get(cilium)).toMatchObject({
          exists: true,
          owner: 'flux-system/cilium',
          orphaned: false,
        });
      }
  });
});
