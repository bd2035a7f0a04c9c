import { describe, expect, it } from 'vitest';
import type { Edit } from '../../../src/formats/format.ts';
import type { Value } from '../../../src/tree/value.ts';
import { textOf } from './edit-fake.ts';
import { list, map, read, string } from './edit-words.ts';

function put(text: string, path: (string | number)[], value: Value): string {
  return textOf(read(text).edit([{ kind: 'put', branch: 0, path, value }]));
}

function removed(text: string, ...path: (string | number)[]): string {
  return textOf(read(text).edit([{ kind: 'remove', branch: 0, path }]));
}

describe('a change that its place cannot carry as it is', () => {
  const far = 'q: {x: 0x1}\nz:   1\n';
  const list = 's:\n  l:\n  - a\n  #END';
  const END = 'ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:comment]';

  it.each([
    [
      'an item in place of the comment behind an item',
      `s:\n  l:\n  - a # c\n  - b\n${far}`,
      ['s', 'l', 0],
      `s:\n  l:\n  - v\n  - a\n  - b\n${far}`,
    ],
    [
      'an item in place of the comment above an item',
      `s:\n  l:\n  # c\n\n  - b\n${far}`,
      ['s', 'l', 0],
      `s:\n  l:\n  - v\n\n  - b\n${far}`,
    ],
    [
      'an item in place of a comment in a flow list: the list is written anew',
      `s:\n  l: [a, # c\n    b]\n${far}`,
      ['s', 'l', 0],
      `s:\n  l:\n    - v\n    - a\n    - b\n${far}`,
    ],
    [
      'a key below the sealed comment that ends a list: a blank line keeps that one there',
      `${list.replace('END', END)}\n${far}`,
      ['s', 'n'],
      `${list.replace('END', END)}\n\n  "n": v\n${far}`,
    ],
  ])('%s', (_, text, path, expected) => {
    expect(put(text, path, string('v'))).toBe(expected);
  });

  it('expands the aliases of what changes, and no others', () => {
    const text = 'k: &x v\nm: &m {k: *x, j: &y 2}\ng:\n  <<: *m\nh: [*x, *y]\n';
    expect(put(text, ['m', 'k'], string('w'))).toBe(
      'k: &x v\nm: &m {k: w, j: &y 2}\ng:\n  <<: {"k": "v", "j": 2}\nh: [*x, *y]\n',
    );
  });
});

describe('putting and removing YAML values', () => {
  it.each([
    ['a scalar, its comment stays', 'a: "x" # c\nb: 1\n', ['a'], string('v'), 'a: v # c\nb: 1\n'],
    ['tag and anchor go with the value', 'a: !!str &x 1\nb: 1\n', ['a'], string('v'), 'a: v\nb: 1\n'],
    ['an alias keeps what it stood for', 'a: &x 1\nb: *x\n', ['a'], string('v'), 'a: v\nb: 1\n'],
    [
      'a new key last',
      'a:\n  b: 1 # c\n\n# h\nz: 1\n',
      ['a', 'new'],
      string('v'),
      'a:\n  b: 1 # c\n  new: v\n\n# h\nz: 1\n',
    ],
    ['new maps', 'a:\n  b: 1\n', ['new', 'o', 'p'], string('v'), 'a:\n  b: 1\nnew:\n  o:\n    p: v\n'],
    ['into null', 'a: # c\nb: 1\n', ['a', 'k'], string('v'), 'a: # c\n    k: v\nb: 1\n'],
    ['into {}', 'a: {}\n', ['a', 'k'], string('v'), 'a:\n    k: v\n'],
    ['into a flow map', 'a: { b: 1 }\n', ['a', 'k'], string('v'), 'a: { b: 1, "k": "v" }\n'],
    [
      'an item',
      'a:\n- x\n- y\nb: 1\n',
      ['a', 9],
      map(['k', string('v')], ['l', string('w')]),
      'a:\n- x\n- y\n- k: v\n  l: w\nb: 1\n',
    ],
    ['a map for a scalar', 'a: x # c\nb: 1\n', ['a'], map(['k', string('v')]), 'a: # c\n    k: v\nb: 1\n'],
    [
      'a map for an item',
      'a:\n  - x # c\n  - y\n',
      ['a', 1],
      map(['k', string('v')]),
      'a:\n  # c\n  - k: v\n  - y\n',
    ],
    ['a scalar for a map', 'a: # c\n  k: v # d\n  l: w\nb: 1\n', ['a'], string('x'), 'a: x # c\nb: 1\n'],
    ['many lines', 'a: x\nb: 1\n', ['a'], string('p\nq\n'), 'a: |\n    p\n    q\nb: 1\n'],
    ['many lines at an end without a break', 'a: x', ['a'], string('p\n'), 'a: "p\\n"'],
    ['in a text without a final break', 'a: x', ['b'], string('v'), 'a: x\nb: v\n'],
    ['a list', 'a: 1\n', ['b'], list(string('x'), list(string('v'))), 'a: 1\nb:\n    - x\n    - - v\n'],
    [
      'before the metadata',
      'a: 1\n# c\nsops:\n    mac: m\n',
      ['b'],
      string('x'),
      'a: 1\n# c\nb: x\nsops:\n    mac: m\n',
    ],
    [
      'before the document ends',
      'a: 1\n...\n---\nb: 1\n',
      ['c'],
      string('x'),
      'a: 1\nc: x\n...\n---\nb: 1\n',
    ],
    ['into nothing', '---\n# c\n', ['a'], string('x'), '---\n# c\na: x\n'],
  ] as const)('puts %s', (_title, text, path, value, wanted) => {
    expect(put(text, [...path], value)).toBe(wanted);
  });

  it.each([
    ['a line', 'a: 1\nb: 2\nc: 3\n', ['b'], 'a: 1\nc: 3\n'],
    [
      'a block, but not the comments around it',
      '# h\na:\n  k: 1\n  # i\n# j\nb: 1 # t\n',
      ['a'],
      '# h\n# j\nb: 1 # t\n',
    ],
    ['and keeps the comment behind it on a line', 'a: 1\nb: 2 # c\nd: 3\n', ['b'], 'a: 1\n# c\nd: 3\n'],
    [
      'the first of a map in a list',
      '- x\n'.replace('- x', 'l:\n- a: 1\n  b: 2'),
      ['l', 0, 'a'],
      'l:\n- b: 2\n',
    ],
    ['the last of a map', 'a:\n  k: 1\nb: 1\n', ['a', 'k'], 'a: {}\nb: 1\n'],
    ['the last item', 'a:\n  - 1\nb: 1\n', ['a', 0], 'a: []\nb: 1\n'],
    ['from flow collections', 'a: [1, 2, 3]\nb: {c: 1, d: 2}\n', ['a', 1], 'a: [1, 3]\nb: {c: 1, d: 2}\n'],
    ['the last line, and leaves the end as it is', 'a: 1\nb: 2', ['b'], 'a: 1'],
    ['a comment, by its index', 'l:\n  # c\n  - x\n', ['l', 0], 'l:\n  - x\n'],
  ] as const)('removes %s', (_title, text, path, wanted) => {
    expect(removed(text, ...path)).toBe(wanted);
  });

  it('takes many steps in their order', () => {
    const edits: Edit[] = [
      { kind: 'put', branch: 0, path: ['new', 'a'], value: string('1') },
      { kind: 'put', branch: 0, path: ['new', 'b'], value: string('2') },
      { kind: 'remove', branch: 0, path: ['new', 'a'] },
      { kind: 'remove', branch: 0, path: ['l', 0] },
      { kind: 'remove', branch: 0, path: ['l', 0] },
      { kind: 'put', branch: 0, path: ['l', 5], value: string('z') },
      { kind: 'metadata', value: map(['mac', string('m')]) },
    ];
    expect(textOf(read('l: [x, y, w]\n').edit(edits))).toBe(
      'l: [w, "z"]\nnew:\n    b: "2"\nsops:\n    mac: m\n',
    );
  });

  it('says what is not there', () => {
    const codeOf = (edit: Edit) => {
      try {
        read('a: [x]\n').edit([edit]);
        return 'done';
      } catch (error) {
        return (error as { code?: string }).code;
      }
    };
    expect(codeOf({ kind: 'remove', branch: 0, path: ['b'] })).toBe('document.path-not-found');
    expect(codeOf({ kind: 'remove', branch: 0, path: ['a', 1] })).toBe('document.path-not-found');
    expect(codeOf({ kind: 'remove', branch: 0, path: ['a', 0, 'k'] })).toBe('document.path-not-found');
    expect(codeOf({ kind: 'put', branch: 0, path: ['a', 'k'], value: string('v') })).toBe(
      'document.path-not-found',
    );
    expect(codeOf({ kind: 'put', branch: 1, path: ['a'], value: string('v') })).toBe(
      'document.path-not-found',
    );
  });
});
