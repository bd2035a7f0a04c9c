import { describe, expect, it } from 'vitest';
import type { Selector } from '../../../src/config/selector.ts';
import type { MasterKey } from '../../../src/keys/key-source.ts';
import { mergePolicies } from '../../../src/repository/merge/merge-policy.ts';
import type { Metadata } from '../../../src/sops/metadata.ts';

function keys(...ids: readonly string[]): MasterKey[] {
  return ids.map((id) => ({ source: 'age', id, fields: { kind: 'mapping', entries: [] }, enc: `for ${id}` }));
}

function metadata(keyGroups: MasterKey[][], changes: Partial<Metadata> = {}): Metadata {
  return {
    keyGroups,
    shamirThreshold: 0,
    selector: null,
    macOnlyEncrypted: false,
    lastModified: '2026-01-01T00:00:00Z',
    mac: '',
    version: '3.13.3',
    layout: null,
    unknown: [],
    ...changes,
  };
}

function groups(base: string[][] | null, ours: string[][], theirs: string[][]): string[][] {
  const of = (all: string[][]): Metadata => metadata(all.map((ids) => keys(...ids)));
  const merged = mergePolicies(base === null ? null : of(base), of(ours), of(theirs));
  return merged.keyGroups.map((group) => group.map(({ id }) => id));
}

describe('merging who may open a file', () => {
  it.each([
    ['both added', [['a']], [['a', 'b']], [['a', 'c']], [['a', 'b', 'c']]],
    ['both removed', [['a', 'b', 'c']], [['a', 'c']], [['a', 'b']], [['a']]],
    ['one removed, one added', [['a', 'b']], [['a']], [['a', 'b', 'c']], [['a', 'c']]],
    ['removed here, kept there', [['a', 'b']], [['a', 'b']], [['a']], [['a']]],
    ['no ancestor', null, [['a', 'b']], [['a', 'c']], [['a', 'b', 'c']]],
    [
      'several groups',
      [['a'], ['b']],
      [['a', 'x'], ['b']],
      [['a'], ['b', 'y']],
      [
        ['a', 'x'],
        ['b', 'y'],
      ],
    ],
    ['a group more on their side', [['a']], [['a']], [['a'], ['b']], [['a'], ['b']]],
    ['nobody would be left', [['a', 'b']], [['a']], [['b']], [['a']]],
  ] as const)('%s', (_, base, ours, theirs, wanted) => {
    const copy = (all: readonly (readonly string[])[]): string[][] => all.map((group) => [...group]);
    expect(groups(base === null ? null : copy(base), copy(ours), copy(theirs))).toEqual(wanted);
  });

  it('says what both sides changed, and takes ours', () => {
    const selector = (value: string): Selector => ({ kind: 'encrypted_regex', value });
    const [base, ours, theirs] = ['a', 'b', 'c'].map((value, index) =>
      metadata([keys('x'), keys('y'), keys('z'), keys('w')], {
        selector: selector(value),
        shamirThreshold: index + 2,
      }),
    ) as [Metadata, Metadata, Metadata];
    const merged = mergePolicies(base, ours, theirs);
    expect(merged.conflicts).toEqual(['the Shamir threshold', 'what is encrypted']);
    expect([merged.shamirThreshold, merged.selector]).toEqual([3, selector('b')]);
    expect(mergePolicies(base, base, theirs)).toMatchObject({
      shamirThreshold: 4,
      selector: selector('c'),
      conflicts: [],
    });
    expect(mergePolicies(null, ours, ours).conflicts).toEqual([]);
  });
});
