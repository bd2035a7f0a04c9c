import { describe, expect, it } from 'vitest';
import {
  type Candidates,
  chooseOld,
} from '../../../../src/operations/cluster-keys/rotate/choose-recipient.ts';

const [a, b, c] = ['age1a', 'age1b', 'age1c'];

function choose(
  given: Partial<Record<'held' | 'used', readonly string[]>> & Partial<Omit<Candidates, 'held' | 'used'>>,
): string {
  const { held = [], used = [], ...rest } = given;
  return chooseOld({
    ...{ named: null, found: [], names: new Map() },
    ...rest,
    held: new Set(held),
    used: new Set(used),
  });
}

describe('chooseOld', () => {
  it('takes the one that is named', () => {
    expect(choose({ named: c, held: [a], used: [a] })).toBe(c);
  });

  it('takes the only one that the clusters hold and files use', () => {
    expect(choose({ held: [a, c], used: [a, b] })).toBe(a);
    expect(choose({ used: [a] })).toBe(a);
  });

  it.each([
    ['before the Secrets', { held: [a], used: [a] }],
    ['among the files', { held: [a, b], used: [a, b] }],
    ['at its end, until the old one is retired', { held: [a, b], used: [b] }],
    ['without a cluster', { held: [], used: [b] }],
  ])('goes on with the rotation that was begun, %s', (_, seen) => {
    expect(choose({ ...seen, found: [{ recipient: b, replaces: a }] })).toBe(a);
  });

  it('begins a new one where the old one is retired', () => {
    expect(choose({ held: [b], used: [b], found: [{ recipient: b, replaces: a }] })).toBe(b);
  });

  it.each<[string, Parameters<typeof choose>[0], RegExp]>([
    ['several', { held: [a, b], used: [a, b], names: new Map([[a, 'home']]) }, /age1a \(home\), age1b/],
    [
      'several that are begun',
      {
        ...{ held: [a, b], used: [a, b] },
        found: [
          { recipient: c, replaces: a },
          { recipient: 'age1d', replaces: b },
        ],
      },
      /several rotations are begun.*age1a, age1b/,
    ],
    ['none that is used', { held: [a], used: [b] }, /no file here uses/],
    ['no file at all', {}, /no file here is encrypted/],
  ])('refuses %s', (_, given, message) => {
    expect(() => choose(given)).toThrow(
      expect.objectContaining({ code: 'cluster-key.refused', message: expect.stringMatching(message) }),
    );
  });
});
