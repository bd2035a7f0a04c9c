import { describe, expect, it } from 'vitest';
import {
  type RotationFacts,
  type RotationStep,
  rotationState,
} from '../../../../src/operations/cluster-keys/rotate/rotation-state.ts';

const order: readonly RotationStep[] = ['identity', 'secrets', 'rekey', 'commit', 'push', 'wait'];

const all: readonly RotationFacts[] = [true, false].flatMap((identity) =>
  [true, false].flatMap((secrets) =>
    [true, false].flatMap((configured) =>
      (['none', 'some', 'all'] as const).flatMap((rekeyed) =>
        [true, false].flatMap((committed) =>
          [true, false, null].map((pushed) => ({
            ...{ identity, secrets, configured, rekeyed, committed, pushed },
          })),
        ),
      ),
    ),
  ),
);

describe('rotationState', () => {
  it('has all combinations', () => {
    expect(all).toHaveLength(144);
  });

  it.each(all)('%j', (facts) => {
    const { steps, endangered } = rotationState(facts);
    const needs = (step: RotationStep): boolean => steps.includes(step);

    // always in one order, and the wait is always looked at
    expect(steps).toEqual(order.filter(needs));
    expect(steps.at(-1)).toBe('wait');
    // an identity that is not saved is in no cluster
    expect(needs('identity')).toBe(!facts.identity);
    expect(needs('secrets')).toBe(!facts.identity || !facts.secrets);
    // what names the old one is re-keyed, and comes into a commit that is pushed
    expect(needs('rekey')).toBe(!facts.configured || facts.rekeyed !== 'all');
    if (needs('rekey')) expect(steps).toEqual(expect.arrayContaining(['commit', 'push']));
    expect(needs('commit')).toBe(needs('rekey') || !facts.committed);
    expect(needs('push')).toBe(needs('commit') || facts.pushed !== true);
    // a file for the new key, and a cluster without it
    expect(endangered).toBe(facts.identity && !facts.secrets && facts.rekeyed !== 'none');
  });

  const begun: RotationFacts = {
    ...{ identity: true, secrets: true, configured: true, rekeyed: 'all', committed: true, pushed: true },
  };
  const nothing: RotationFacts = {
    ...{ identity: false, secrets: false, configured: false, rekeyed: 'none', committed: true, pushed: true },
  };
  it.each<[string, RotationFacts, readonly RotationStep[]]>([
    ['nothing is done', nothing, order],
    ['killed behind the identity', { ...nothing, identity: true }, order.slice(1)],
    ['killed behind the Secrets', { ...nothing, identity: true, secrets: true }, order.slice(2)],
    [
      'killed among the files',
      { ...begun, rekeyed: 'some', committed: false, pushed: false },
      order.slice(2),
    ],
    ['killed before the commit', { ...begun, committed: false, pushed: false }, order.slice(3)],
    ['killed before the push', { ...begun, pushed: false }, order.slice(4)],
    ['killed in the wait', begun, ['wait']],
    ['a Secret lost the new key', { ...begun, secrets: false }, ['secrets', 'wait']],
  ])('%s', (_, facts, steps) => {
    expect(rotationState(facts).steps).toEqual(steps);
  });
});
