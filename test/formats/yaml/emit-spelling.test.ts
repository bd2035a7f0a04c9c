import { describe, expect, it } from 'vitest';
import { spellFlow } from '../../../src/formats/yaml/flow-spelling.ts';
import { spellLiteral } from '../../../src/formats/yaml/literal-spelling.ts';
import { spellDouble, spellSingle } from '../../../src/formats/yaml/quoted-spelling.ts';
import { spellKey, spellScalar } from '../../../src/formats/yaml/scalar-spelling.ts';
import type { Value } from '../../../src/tree/value.ts';
import type { TreeJson } from './emit-tree.ts';
import { treeFromJson } from './emit-tree.ts';

const top = { context: 'block', column: 0, step: 4 } as const;

describe('spellScalar', () => {
  it.each([
    ['text', 'text'],
    ['', '""'],
    ['null', '"null"'],
    ['yes', '"yes"'],
    ['12:30', '"12:30"'],
    ['0x1F', '"0x1F"'],
    ['2024-01-01', '"2024-01-01"'],
    ['2024-13-01', '2024-13-01'],
    ['a: b', "'a: b'"],
    ["it's", "it's"],
    ['@it', "'@it'"],
    [' a', "' a'"],
    ['a\tb', '"a\\tb"'],
    ['😀', '"\\U0001F600"'],
    ['<<', '!!merge <<'],
    ['a\nb', '|-\n    a\n    b'],
    ['a\nb\n', '|\n    a\n    b'],
    ['a\n\n', '|+\n    a\n'],
    ['\ta\nb', '|4-\n    \ta\n    b'],
    ['a \nb', '"a \\nb"'],
  ])('spells %j as %j below a key', (value, spelling) => {
    expect(spellScalar({ kind: 'string', value }, top)).toBe(spelling);
  });

  it('stays on one line in flow collections and keys', () => {
    expect(spellScalar({ kind: 'string', value: 'a\nb' }, { context: 'flow' })).toBe('"a\\nb"');
    expect(spellScalar({ kind: 'string', value: 'a, b' }, { context: 'flow' })).toBe("'a, b'");
    expect(spellScalar({ kind: 'time', value: '2024-01-02T00:00:00Z' }, { context: 'flow' })).toBe(
      '2024-01-02T00:00:00Z',
    );
    expect(spellKey('a\nb')).toBe('"a\\nb"');
    expect(spellKey('<<')).toBe('"<<"');
    expect(spellKey('a, b')).toBe('a, b');
    expect(spellKey('a, b', 'flow')).toBe("'a, b'");
  });
});

describe('spellers for one style', () => {
  it('say which text the style cannot carry', () => {
    expect(spellSingle("it's")).toBe("'it''s'");
    expect(spellSingle('a\nb')).toBeNull();
    expect(spellSingle('\x07')).toBeNull();
    expect(spellDouble('"\x00\x1b\x85\u2028\ufeff')).toBe('"\\"\\0\\e\\N\\L\\uFEFF"');
    expect(spellDouble('\ufeffa b')).toBe('"\\uFEFF\\x61\\x20\\x62"');
    expect(spellDouble('\ud800')).toBe('"\ufffd"');
  });

  it('spell literals with the indicators they need', () => {
    const inList = { column: 2, step: 2 };
    expect(spellLiteral('a 😀\n', inList)).toBe('|\n    a 😀');
    expect(spellLiteral('  a\n\n b', inList)).toBe('|2-\n      a\n\n     b');
    expect(spellLiteral('a\n', inList, 'keep')).toBe('|+\n    a');
    expect(spellLiteral('\n', inList)).toBe('|2+\n');
    expect(spellLiteral('a\n', inList, 'strip')).toBeNull();
    expect(spellLiteral('a', inList, 'clip')).toBeNull();
    expect(spellLiteral('a\n\n', inList, 'clip')).toBeNull();
    expect(spellLiteral('', inList)).toBeNull();
    expect(spellLiteral('a\rb', inList)).toBeNull();
    expect(spellLiteral(' a', { column: 0, step: 10 })).toBeNull();
    expect(spellLiteral('a', { column: -1, step: 2 })).toBe('|-\n  a');
  });
});

describe('spellFlow', () => {
  it.each<[TreeJson, string]>([
    [['str', 'null'], '"null"'],
    [['map'], '{}'],
    [['list'], '[]'],
    [['bytes', '/w=='], '!!binary "/w=="'],
    [
      ['map', ['a', ['list', ['int', '1'], ['comment', ' gone', false], ['str', 'b\nc']]], ['d', ['null']]],
      '{"a": [1, "b\\nc"], "d": null}',
    ],
    [['map', ['<<', ['map', ['a', ['bool', true]]]]], '{<<: {"a": true}}'],
    [['map', ['<<', ['int', '1']]], '{"<<": 1}'],
    [['map', ['k'.repeat(1100), ['int', '1']]], `{? "${'k'.repeat(1100)}" : 1}`],
  ])('spells %j on one line', (tree, spelling) => {
    expect(spellFlow(treeFromJson(tree) as Value)).toBe(spelling);
  });

  it('needs no call stack for deep trees', () => {
    let tree: Value = { kind: 'null' };
    for (let depth = 0; depth < 20_000; depth++) tree = { kind: 'sequence', items: [tree] };
    expect(spellFlow(tree)).toBe(`${'['.repeat(20_000)}null${']'.repeat(20_000)}`);
  });
});
