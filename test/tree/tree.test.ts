import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extractNode } from '../../src/tree/extract.ts';
import { printDecimal } from '../../src/tree/go-float.ts';
import { setAt, unsetAt } from '../../src/tree/set-path.ts';
import type { Mapping, Value } from '../../src/tree/value.ts';
import { walk } from '../../src/tree/walk.ts';

const text = (value: string): Value => ({ kind: 'string', value });
const map = (entries: Record<string, Value>): Mapping => ({
  kind: 'mapping',
  entries: Object.entries(entries).map(([key, value]) => ({ kind: 'entry', key, value })),
});
const list = (...items: Value[]): Value => ({ kind: 'sequence', items });

describe('printDecimal', () => {
  it.each<[number, string]>([
    [1, '1'],
    [-0, '-0'],
    [1e21, '1000000000000000000000'],
    [1.5e-7, '0.00000015'],
    [-1.25e22, '-12500000000000000000000'],
    [0.1, '0.1'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
  ])('prints %d as %s', (value, printed) => {
    expect(printDecimal(value)).toBe(printed);
  });

  it('never prints an exponent, and reads back the same', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const printed = printDecimal(value);
        expect(printed).not.toMatch(/e/i);
        expect(Object.is(Number(printed), value)).toBe(true);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});

describe('walk', () => {
  it('visits leaves in order, with sops additional data, paths and comments in force', () => {
    const comment = (said: string) => ({ kind: 'comment', text: said, inline: false }) as const;
    const tree: Mapping = {
      kind: 'mapping',
      entries: [
        comment('top'),
        { kind: 'entry', key: 'a:b', value: text('1') },
        {
          kind: 'entry',
          key: 'list',
          value: { kind: 'sequence', items: [comment('in'), text('2'), map({ '': text('3') })] },
        },
        { kind: 'entry', key: 'none', value: { kind: 'null' } },
      ],
    };
    const seen: unknown[] = [];
    walk(tree, ({ leaf, additionalData, path, comments }) => {
      const said =
        leaf.kind === 'comment' ? `#${leaf.text}` : leaf.kind === 'string' ? leaf.value : leaf.kind;
      seen.push([said, additionalData, [...path], comments.map((level) => [...level])]);
    });
    expect(seen).toEqual([
      ['#top', ':', [], [['top']]],
      ['1', 'a:b:', ['a:b'], [['top']]],
      ['#in', 'list:', ['list', 0], [[], ['in']]],
      ['2', 'list:', ['list', 1], [[], ['in']]],
      ['3', 'list::', ['list', 2, ''], [[], [], []]],
    ]);
  });

  it('refuses keys that are not strings and values without a type, naming the place', () => {
    const odd: Mapping = {
      kind: 'mapping',
      entries: [{ kind: 'entry', key: 'n', value: { kind: 'odd', type: 'uint64', text: '1' } }],
    };
    expect(() => walk(odd, () => undefined)).toThrowError(
      expect.objectContaining({ code: 'sops.encrypt', place: { path: ['n'] } }),
    );
    const key: Mapping = {
      kind: 'mapping',
      entries: [{ kind: 'entry', key: { kind: 'other-key', type: 'int', text: '1' }, value: text('x') }],
    };
    expect(() => walk(key, () => undefined)).toThrowError(expect.objectContaining({ code: 'sops.encrypt' }));
  });
});

describe('setAt and unsetAt', () => {
  const tree = map({ a: text('1'), list: list(text('x'), text('y')), deep: map({ k: text('v') }) });

  it.each<[string, (string | number)[], Value]>([
    ['an existing key', ['a'], text('2')],
    ['a new key', ['new'], text('2')],
    ['a new key in a map', ['deep', 'other'], text('2')],
    ['a list item', ['list', 1], text('2')],
  ])('sets %s', (_, path, value) => {
    const { branch, changed } = setAt(tree, path, value);
    expect(changed).toBe(true);
    expect(extractNode(branch, path)).toBe(value);
  });

  it('appends past the end of a list, and replaces a scalar by a map', () => {
    expect(extractNode(setAt(tree, ['list', 9], text('z')).branch, ['list', 2])).toEqual(text('z'));
    expect(extractNode(setAt(tree, ['a', 'b', 0], text('z')).branch, ['a', 'b', 0])).toEqual(text('z'));
  });

  it('says that nothing changed', () => {
    expect(setAt(tree, ['a'], text('1')).changed).toBe(false);
  });

  it('removes, and names what is not there', () => {
    expect(() => extractNode(unsetAt(tree, ['list', 0]), ['list', 1])).toThrow('1 items');
    expect(() => unsetAt(tree, ['deep', 'nope'])).toThrowError(
      expect.objectContaining({ code: 'document.path-not-found' }),
    );
    expect(() => unsetAt(tree, ['list', 'x'])).toThrowError(
      expect.objectContaining({ code: 'document.path-not-found' }),
    );
  });
});
