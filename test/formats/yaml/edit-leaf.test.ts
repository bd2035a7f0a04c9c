import { describe, expect, it } from 'vitest';
import type { Edit } from '../../../src/formats/format.ts';
import { readYaml } from '../../../src/formats/yaml/read.ts';
import { nodeAt } from '../../../src/tree/node-at.ts';
import type { Leaf } from '../../../src/tree/value.ts';
import { file, textOf } from './edit-fake.ts';
import { isSealable, leavesOf } from './edit-tree.ts';
import { map, read } from './edit-words.ts';

const E = (index: number) => `ENC[AES256_GCM,data:${index},iv:+/=,tag:=,type:str]`;

/** Seals every leaf, or those whose value is in `only`, numbered in the order of the tree. */
function sealed(text: string, only?: readonly string[]): string {
  const document = read(text);
  const leaves = document.branches
    .flatMap(leavesOf)
    .filter(isSealable)
    .filter((leaf) => isIn(leaf, only));
  return textOf(
    document.edit(leaves.map((leaf, index): Edit => ({ kind: 'seal', leaf, ciphertext: E(index) }))),
  );
}

function isIn(leaf: Leaf, only: readonly string[] | undefined): boolean {
  return (
    only === undefined ||
    only.includes(leaf.kind === 'comment' ? leaf.text : 'value' in leaf ? String(leaf.value) : '')
  );
}

/** Opens the leaves in order to the given values; strings are values, `#text` is a comment. */
function opened(text: string, ...values: (string | Leaf)[]): string {
  const document = read(text);
  const leaves = document.data
    .flatMap(leavesOf)
    .filter((leaf) => JSON.stringify(leaf, printable).includes('ENC['));
  const edits = leaves.map(
    (leaf, index): Edit => ({ kind: 'open', leaf, value: leafOf(values[index] ?? '') }),
  );
  return textOf(document.edit(edits));
}

function leafOf(value: string | Leaf): Leaf {
  if (typeof value !== 'string') return value;
  return value.startsWith('#')
    ? { kind: 'comment', text: value.slice(1), inline: false }
    : { kind: 'string', value };
}

function printable(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

describe('sealing a YAML leaf', () => {
  it.each([
    ['plain', 'a: x # c\n', ['x'], `a: ${E(0)} # c\n`],
    ['single', "a: 'x'\n", undefined, `a: '${E(0)}'\n`],
    ['double', 'a: "x"\n', undefined, `a: "${E(0)}"\n`],
    ['plain in flow is single-quoted', '{a: x, b: [12]}\n', undefined, `{a: '${E(0)}', b: ['${E(1)}']}\n`],
    ['literal keeps its header', 'a: |- # c\n  x\n  y\nb: 1\n', ['x\ny'], `a: |- # c\n  ${E(0)}\nb: 1\n`],
    ['folded keeps its blank lines', 'a: >+\n    x\n\n\nb:\n', undefined, `a: >+\n    ${E(0)}\n\n\nb:\n`],
    ['indicated literal', 'a: |2\n    x\n', undefined, `a: |2\n  ${E(0)}\n`],
    ['many lines become one', 'a: x\n  y\nb: "z\n\n  z"\n', undefined, `a: ${E(0)}\nb: "${E(1)}"\n`],
    [
      'a core tag goes, the anchor stays',
      'a: !!str &x 12\nb: &y ! z\n',
      undefined,
      `a: &x ${E(0)}\nb: &y ${E(1)}\n`,
    ],
    ['another tag stays', 'a: !Ref x\n', undefined, `a: !Ref ${E(0)}\n`],
    [
      'comments',
      '# h\na: 1 # t\nl:\n- x\n# i\n',
      [' h', ' t', ' i'],
      `#${E(0)}\na: 1 #${E(1)}\nl:\n- x\n#${E(2)}\n`,
    ],
    ['CR LF', 'a: |\r\n  x\r\n  y\r\n# c\r\n', undefined, `a: |\r\n  ${E(0)}\r\n#${E(1)}\r\n`],
  ] as const)('%s', (_title, text, only, wanted) => {
    expect(sealed(text, only)).toBe(wanted);
  });

  it.each([
    ['a scalar', 'a: &x v\nb: *x # c\n', ['v'], `a: &x ${E(0)}\nb: ${E(1)} # c\n`],
    ['a map', 'a: &x {k: v}\nb: *x\n', ['v'], `a: &x {k: '${E(0)}'}\nb: {"k": "${E(1)}"}\n`],
    ['a merge', 'a: &x\n  k: v\nb:\n  <<: *x\n', ['v'], `a: &x\n  k: ${E(0)}\nb:\n  <<: {"k": "${E(1)}"}\n`],
    [
      'a list of merges',
      'a: &x {k: v}\nb: {<<: [*x, *x]}\n',
      ['v'],
      `a: &x {k: '${E(0)}'}\nb: {<<: [{"k": "${E(1)}"}, {"k": "${E(2)}"}]}\n`,
    ],
    [
      'with comments in it',
      'a: &x\n  # c\n  k: v\nl:\n- *x\n',
      ['v'],
      `a: &x\n  # c\n  k: ${E(0)}\nl:\n- {\n  # c\n  "k": "${E(1)}"}\n`,
    ],
    [
      'before a comment',
      'a: &x {k: v}\nb: *x  # c\n',
      ['v'],
      `a: &x {k: '${E(0)}'}\nb:   # c\n  {"k": "${E(1)}"}\n`,
    ],
    ['that is a key', 'a: &x v\n*x : 1\n', ['v'], `a: &x ${E(0)}\nv : 1\n`],
    ['to what stays', 'a: &x v\nb: *x\nc: w\n', ['w'], `a: &x v\nb: *x\nc: ${E(0)}\n`],
  ] as const)('expands an alias: %s', (_title, text, only, wanted) => {
    expect(sealed(text, only)).toBe(wanted);
  });

  it('expands an alias in plain text where only its target is sealed, and the other way round', () => {
    const document = read('a: &x {k: v}\nb: *x\n');
    const [first, second] = document.branches.flatMap(leavesOf);
    const edit = (leaf: Leaf | undefined) =>
      leaf === undefined ? '' : textOf(document.edit([{ kind: 'seal', leaf, ciphertext: E(0) }]));
    expect(edit(first)).toBe(`a: &x {k: '${E(0)}'}\nb: {"k": "v"}\n`);
    expect(edit(second)).toBe(`a: &x {k: v}\nb: {"k": "${E(0)}"}\n`);
  });

  it('leaves no comment readable that sops drops', () => {
    const text = 'a: [ # dropped\n  v]\n';
    expect(readYaml(file(text)).strays.map((stray) => stray.text)).toEqual(['# dropped']);
    expect(sealed(text)).toBe(`a: [ #\n  '${E(0)}']\n`);
  });

  it('lists the replaced places with tag, anchor, and alias', () => {
    const document = read('a: !!str &x v\n? *x\n: *x # c\nb: {k: *x}\nc: 1\n');
    const leaves = document.branches.flatMap(leavesOf).filter((leaf) => leaf.kind === 'string');
    expect(document.sites(new Set(leaves)).map(({ path, spelling }) => [path, spelling])).toEqual([
      [['a'], '!!str &x v'],
      [['v'], '\n{"text":"*x","key":"*x"}'],
      [['b', 'k'], '*x'],
    ]);
  });

  it('puts recorded spellings back, on the line they came from', () => {
    const text = 'a: &x {k: 0x1F}\nb: \t*x # c\n*k : 1\n';
    const plain = `k: &k v\n${text}`;
    const document = read(plain);
    const leaves = document.branches
      .flatMap(leavesOf)
      .filter((leaf) => leaf.kind === 'string' || leaf.kind === 'int')
      .slice(0, 3);
    const done = read(
      textOf(
        document.edit(leaves.map((leaf, index): Edit => ({ kind: 'seal', leaf, ciphertext: E(index) }))),
      ),
    );
    const respells = document.sites(new Set(leaves)).map(({ path, spelling }): Edit => {
      return { kind: 'respell', node: nodeAt(done.data[0], path) ?? map(), spelling };
    });
    expect(textOf(done.edit(respells))).toBe(plain);
  });
});

describe('opening a YAML leaf', () => {
  it.each([
    ['plain', `a: ${E(0)}\n`, ['x'], 'a: x\n'],
    ['plain that must be quoted', `a: ${E(0)}\n`, ['yes'], 'a: "yes"\n'],
    ['plain of many lines', `a: ${E(0)} # c\nb: 1\n`, ['x\ny'], 'a: |- # c\n    x\n    y\nb: 1\n'],
    ['many lines in a list', `l:\n  - ${E(0)}\n`, ['x\ny\n'], 'l:\n  - |\n    x\n    y\n'],
    ['single', `a: '${E(0)}'\n`, ["it's"], "a: 'it''s'\n"],
    ['single that cannot be', `a: '${E(0)}'\n`, ['x\ny'], 'a: |-\n    x\n    y\n'],
    ['double', `a: "${E(0)}"\n`, ['x\ny'], 'a: "x\\ny"\n'],
    [
      'flow',
      `{a: '${E(0)}', b: '${E(1)}', c: "${E(2)}"}\n`,
      ['x', 'x, y', 'z'],
      `{a: x, b: 'x, y', c: "z"}\n`,
    ],
    ['literal', `a: | # c\n  ${E(0)}\nb: 1\n`, [' c', 'x\n\n y\n'], 'a: | # c\n  x\n\n   y\nb: 1\n'],
    ['literal with another end', `a: |\n  ${E(0)}\nb: 1\n`, ['x\ny'], 'a: |-\n  x\n  y\nb: 1\n'],
    ['literal for one line', `a: |\n  ${E(0)}\nb: 1\n`, ['x'], 'a: x\nb: 1\n'],
    ['folded', `a: >-\n  ${E(0)}\n`, ['x\ny\n\nz\n  i\nj'], 'a: >-\n  x\n\n  y\n\n\n  z\n    i\n  j\n'],
    ['comment', `#${E(0)}\na: 1\n`, ['# c'], '# c\na: 1\n'],
    [
      'CR LF',
      `a: |\r\n  ${E(0)}\r\nb: ${E(1)}\r\n`,
      ['x\ny\n', 'u\nv'],
      'a: |\r\n  x\r\n  y\r\nb: |-\r\n  u\r\n  v\r\n',
    ],
    [
      'comments as items',
      `l:\n    - ${E(0)}\n    - a\n    - ${E(1)}\n`,
      ['# c', '#d'],
      'l:\n    # c\n    - a\n    #d\n',
    ],
    [
      'only comments as items',
      `l:\n    - ${E(0)}\n    - ${E(1)}\nb: 1\n`,
      ['# c', '#d'],
      'l: []\n# c\n#d\nb: 1\n',
    ],
    ['a comment in a flow list', `l: [${E(0).replace(/.*/, '"$&"')}, a]\n`, ['# c'], 'l: [\n  # c\n   a]\n'],
  ] as const)('%s', (_title, text, values, wanted) => {
    const leaves = _title === 'literal' ? values.slice(1) : values;
    expect(opened(text, ...leaves)).toBe(wanted);
  });

  it('spells what is no string plain, whatever the quotes', () => {
    const time: Leaf = { kind: 'time', value: '2024-01-02T00:00:00Z' };
    expect(opened(`a: '${E(0)}'\nb: "${E(1)}"\n`, { kind: 'int', value: 5n }, time)).toBe(
      'a: 5\nb: 2024-01-02T00:00:00Z\n',
    );
  });

  it('leaves no literal where what follows would become part of it', () => {
    expect(opened(`a: ${E(0)}\n\n# c\n`, 'x\n\n')).toBe('a: "x\\n\\n"\n\n# c\n');
    expect(opened(`a: ${E(0)}\n\n      # c\n`, 'x\ny')).toBe('a: "x\\ny"\n\n      # c\n');
    expect(opened(`a: ${E(0)}`, 'x\n')).toBe('a: "x\\n"');
  });
});

describe('a sealed comment where sops reads none', () => {
  const lost = '#ENC[AES256_GCM,data:x,iv:x,tag:x,type:comment]';

  it.each([
    ['in an empty map', `a: {\n        ${lost}\n}\nb: ${E(0)}\n`, 'a: {}\nb: v\n'],
    ['several', `a: {\n    ${lost}\n    ${lost}\n}\nb: ${E(0)}\n`, 'a: {}\nb: v\n'],
    ['behind an item', `a: [ # x\n  ]\nb: ${E(0)}\nc: {\n  ${lost}\n  }\n`, 'a: [ # x\n  ]\nb: v\nc: {}\n'],
  ])('goes when the file is opened: %s', (_, text, expected) => {
    expect(opened(text, 'v')).toBe(expected);
  });

  it('goes when the file is sealed anew', () => {
    const document = read(`a: {\n    ${lost}\n}\nb: ${E(0)}\n`);
    const [leaf] = document.branches.flatMap(leavesOf).filter(isSealable);
    if (leaf === undefined) throw new Error('no leaf');
    expect(textOf(document.edit([{ kind: 'reseal', leaf, ciphertext: E(1) }]))).toBe(`a: {}\nb: ${E(1)}\n`);
  });
});
