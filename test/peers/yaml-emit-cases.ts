import { RandomTrees } from '../formats/yaml/emit-random.ts';
import type { TreeJson } from '../formats/yaml/emit-tree.ts';

/** A file to print, or with `node` a value. */
export type EmitCase =
  | { readonly indent: number; readonly branches: readonly TreeJson[] }
  | { readonly node: TreeJson };

const note = (text: string, inline = false): TreeJson => ['comment', text, inline];
const str = (text: string): TreeJson => ['str', text];
const map = (...members: unknown[]): TreeJson => ['map', ...members];
const list = (...items: TreeJson[]): TreeJson => ['list', ...items];

const nested = map(
  ['map', map(['in', map(['deep', str('x')])])],
  [
    'list',
    list(
      str('a'),
      map(['k', str('v')], ['l', list(str('b'), list(str('c'), list()))]),
      list(map(['x', str('y\nz')])),
    ),
  ],
  ['empty', map()],
  ['none', list()],
  ['null', ['null']],
  ['<<', map(['merged', ['bool', true]])],
  [`${'long key '.repeat(15)}`, map(['in', list(str('it'))])],
  ['two\nlines', list(str('a'), map(['b', str('c')]))],
  ['', str('')],
);

const commented = map(
  note(' head'),
  note(''),
  note(' second'),
  ['a', str('1')],
  note(' behind', true),
  ['b', str('2')],
  note(' above c'),
  [
    'c',
    map(
      note(' head of c'),
      ['d', list(note(' head of d'), str('x'), note(' behind y', true), str('y'), note(' foot of y'))],
      note(' foot of d'),
    ),
  ],
  note(' above e'),
  note(' behind e', true),
  ['e', map(note(' only'))],
  ['f', list(note(' only'))],
  [
    'g',
    list(
      map(note(' in g'), ['h', str('i')], note(' foot of h')),
      note(' above j'),
      map(['j', str('k')]),
      note(' foot of j'),
    ),
  ],
  ['l', str('two\nlines\n')],
  note(' behind m', true),
  ['m', str('two\nlines')],
  note(' foot of m'),
  note(' last', true),
);

const handmade: readonly EmitCase[] = [
  ...Array.from({ length: 11 }, (_, indent) => ({ indent: Math.max(indent, 1), branches: [nested] })),
  ...[1, 2, 3, 4, 7].map((indent) => ({
    indent,
    branches: [commented, map(), map(note(' lone')), commented],
  })),
  { node: commented },
  { node: nested },
  { node: list() },
  { node: map() },
  { node: note(' a comment') },
  { node: note(': odd', true) },
  { node: ['null'] },
  { node: ['int', '5'] },
  { node: str('two\nlines\n') },
  // where sops loses the value
  { indent: 4, branches: [map(['tab', str('\tx\ny')], ['list', list(str('  x\ny'), str('\nx'))])] },
  { indent: 2, branches: [map(['list', list(str('  x\ny'), str('\nx'))])] },
  { indent: 4, branches: [map(['<<', str('scalar')], note(' one\n two', true), ['m', str('a\nb')])] },
  {
    indent: 4,
    branches: [map(['l', list(note(' left over', true), map(['a', str('b')]))], ['m', map(['n', map()])])],
  },
  { indent: 4, branches: [map(['l', list(note(' x', true), map(['a', str('b')]), map())])] },
  { indent: 4, branches: [map(['l', list(map(['a', str('b\n\n')]), note(' foot'))])] },
  { indent: 4, branches: [map(note('control \x01 character'), ['a', str('b')])] },
];

/** What the recorded vectors hold: every odd word as a key, a value and an item, hand-made and random trees. */
export function vectorCases(): EmitCase[] {
  const random = new RandomTrees(20);
  const words = random.words.map(
    (word): EmitCase => ({
      indent: 4,
      branches: [map([word, str(word)], ['list', list(str(word), map([word, list(str(word))]))])],
    }),
  );
  return [...handmade, ...words, ...randomCases(21, 150)];
}

export function randomCases(seed: number, count: number): EmitCase[] {
  const random = new RandomTrees(seed);
  return Array.from({ length: count }, (_, index): EmitCase => {
    if (index % 10 === 9) return { node: random.node() };
    const branches = Array.from({ length: random.below(8) === 0 ? 2 : 1 }, () => random.document());
    return { indent: random.below(10) + 1, branches };
  });
}
