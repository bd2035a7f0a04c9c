import { describe, expect, it } from 'vitest';
import { SopskitError } from '../../src/errors/sopskit-error.ts';
import { flatten, unflatten } from '../../src/formats/flatten.ts';
import { separateFlat, separateNested, separateSection } from '../../src/formats/metadata-place.ts';
import type { Entry, Mapping, Value } from '../../src/tree/value.ts';
import { plainTree, plainTrees } from './plain-tree.ts';

const text = (value: string): Value => ({ kind: 'string', value });
const list = (...items: Value[]): Value => ({ kind: 'sequence', items });
const map = (members: Record<string, Value>): Mapping => ({
  kind: 'mapping',
  entries: Object.entries(members).map(([key, value]): Entry => ({ kind: 'entry', key, value })),
});
const keysOf = (entries: readonly Entry[]) => entries.map(({ key }) => key);
const codeOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (error instanceof SopskitError) return error.code;
    throw error;
  }
  return 'no error';
};

describe('flatten', () => {
  const metadata = map({
    age: list(map({ enc: text('E'), recipient: text('R') }), map({ enc: text('F') })),
    mac: text('M'),
  });

  it('writes lists and maps into the keys as sops does', () => {
    expect(keysOf(flatten(metadata, 'sops_'))).toEqual([
      'sops_age__list_0__map_enc',
      'sops_age__list_0__map_recipient',
      'sops_age__list_1__map_enc',
      'sops_mac',
    ]);
  });

  it('is undone by unflatten', () => {
    expect(plainTree(unflatten({ kind: 'mapping', entries: flatten(metadata) }))).toEqual(
      plainTree(metadata),
    );
  });

  it('does not count comments in lists and drops empty collections', () => {
    const commented: Value = {
      kind: 'sequence',
      items: [{ kind: 'comment', text: 'c', inline: false }, text('a')],
    };
    expect(keysOf(flatten(map({ a: commented, b: list(), c: map({}) })))).toEqual(['a__list_0']);
  });

  it('refuses keys that collide', () => {
    expect(codeOf(() => flatten(map({ a: map({ b: text('1') }), a__map_b: text('2') })))).toBe(
      'sops.metadata',
    );
  });
});

describe('unflatten', () => {
  it('sorts the keys of maps by their bytes and takes list indexes in any order', () => {
    const entries = flatten(map({ b: text('1'), ä: text('2'), a__list_1: text('4'), a__list_0: text('3') }));
    const expected = map({ a: list(text('3'), text('4')), b: text('1'), ä: text('2') });
    expect(plainTree(unflatten({ kind: 'mapping', entries }))).toEqual(plainTree(expected));
  });

  it.each([
    ['a list with gaps', ['a__list_1']],
    ['a key that is both value and map', ['a', 'a__map_b']],
    ['a key that is both list and map', ['a__list_0', 'a__map_b']],
    ['two indexes that are no numbers', ['a__list_x', 'a__list_y']],
    ['the same key twice', ['a', 'a']],
  ])('refuses %s', (_, keys) => {
    const entries = keys.map((key): Entry => ({ kind: 'entry', key, value: text('v') }));
    expect(codeOf(() => unflatten({ kind: 'mapping', entries }))).toBe('sops.metadata');
  });
});

describe('metadata in a document', () => {
  const sops = map({ version: text('3') });

  it('nested: leaves every branch, counts in the first', () => {
    const { data, metadata } = separateNested([
      map({ a: text('1'), sops }),
      map({ sops: text('ignored'), b: text('2') }),
    ]);
    expect(plainTrees(data)).toEqual(plainTrees([map({ a: text('1') }), map({ b: text('2') })]));
    expect(metadata).toBe(sops);
  });

  it('nested: is null where there is none, and the branches stay the same nodes', () => {
    const branch = map({ a: text('1') });
    expect(separateNested([branch])).toEqual({ data: [branch], metadata: null });
    expect(separateNested([branch]).data[0]).toBe(branch);
  });

  it('nested: refuses a second one and one that is no mapping', () => {
    const twice: Mapping = { kind: 'mapping', entries: [...map({ sops }).entries, ...map({ sops }).entries] };
    expect(codeOf(() => separateNested([twice]))).toBe('sops.metadata');
    expect(codeOf(() => separateNested([map({ sops: text('x') })]))).toBe('sops.metadata');
  });

  it('section: unescapes line breaks and unflattens', () => {
    const { metadata } = separateSection([map({ sops: map({ age__list_0__map_enc: text('a\\nb') }) })]);
    expect(plainTree(metadata ?? map({}))).toEqual(plainTree(map({ age: list(map({ enc: text('a\nb') })) })));
  });

  it('flat: takes all keys with the prefix out of the first branch', () => {
    const { data, metadata } = separateFlat([
      map({ sops_version: text('3'), a: text('1'), sops_mac: text('M') }),
    ]);
    expect(plainTrees(data)).toEqual(plainTrees([map({ a: text('1') })]));
    expect(plainTree(metadata ?? map({}))).toEqual(plainTree(map({ mac: text('M'), version: text('3') })));
  });
});
