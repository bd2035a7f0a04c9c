import type { Selector } from '../../src/config/selector.ts';
import type { PlainComment, PlainList, PlainMap, PlainNode } from './selector-tree.ts';

/** Seeded random trees and selectors: the same for everyone, so that what sops decided of them can be kept. */
export interface Dice {
  /** Returns a whole number from 0 to below `sides`. */
  roll(sides: number): number;
  pick<T>(from: readonly T[]): T;
}

/** mulberry32. */
export function dice(seed: number): Dice {
  let state = seed;
  const roll = (sides: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
  const pick = <T>(from: readonly T[]): T => from[roll(from.length)] as T;
  return { roll, pick };
}

const keys = [
  ...[
    'data',
    'stringData',
    'metadata',
    'name',
    'kind',
    'password',
    'Password',
    'token_unencrypted',
    'secret_enc',
  ],
  ...[
    '_enc',
    'x_',
    'mydata',
    'data2',
    'é_enc',
    'ключ',
    'k8s.io/name',
    'a-b',
    'list',
    'sub',
    '日本_unencrypted',
  ],
];
const comments = [
  ' note',
  ' sops:enc',
  'sops:enc',
  ' keep',
  ' plain text here',
  ' Sops:Enc',
  ' é',
  ' encrypt me',
];

const selectors: readonly Selector[] = [
  ...['_unencrypted', '_', 'a', 'data', '_enc', 'é_enc', 'name'].flatMap((value): Selector[] => [
    { kind: 'unencrypted_suffix', value },
    { kind: 'encrypted_suffix', value },
  ]),
  ...[
    '^(data|stringData)$',
    'data',
    '^data$',
    '(?i)^password$',
    'ata.?$',
    '^.$',
    '\\pL_',
    '^[^a-z]',
    'x*',
    '_enc$',
    'k8s\\.io/',
  ].flatMap((value): Selector[] => [
    { kind: 'unencrypted_regex', value },
    { kind: 'encrypted_regex', value },
  ]),
  ...['sops:enc', '^ sops:enc$', '(?i)sops:enc', '^ keep', '(?:keep|note)$', 'é', '\\bme\\b'].flatMap(
    (value): Selector[] => [
      { kind: 'unencrypted_comment_regex', value },
      { kind: 'encrypted_comment_regex', value },
    ],
  ),
];

/** Comment selectors come twice as often: they are the harder half. */
export function randomSelector(from: Dice): Selector {
  const wantComments = from.roll(2) === 0;
  return from.pick(selectors.filter(({ kind }) => kind.includes('comment') === wantComments));
}

export function randomTree(from: Dice): PlainMap {
  const top = randomMap(from, 3);
  return top.map.length > 0 ? top : { map: [['data', 'v']] };
}

function randomMap(from: Dice, depth: number): PlainMap {
  const unused = new Set(keys);
  const map: (readonly [string, PlainNode] | PlainComment)[] = [];
  for (let count = 1 + from.roll(4); count > 0; count--) {
    map.push(...randomComments(from));
    const key = from.pick([...unused]);
    unused.delete(key);
    map.push([key, randomNode(from, depth)]);
  }
  return { map };
}

/** The first item has no comment: whether it would belong to the item or the list is not ours to decide here. */
function randomList(from: Dice, depth: number): PlainList {
  const list: (PlainNode | PlainComment)[] = [`v${from.roll(100)}`];
  for (let count = from.roll(3); count > 0; count--) {
    list.push(...randomComments(from), from.roll(4) === 0 ? randomItem(from, depth) : `v${from.roll(100)}`);
  }
  return { list };
}

/** A map in a list begins without a comment, for the same reason. */
function randomItem(from: Dice, depth: number): PlainNode {
  const { map } = randomMap(from, depth - 1);
  const start = map.findIndex((member) => !('#' in member));
  return { map: map.slice(start) };
}

function randomNode(from: Dice, depth: number): PlainNode {
  const kind = depth === 0 ? 0 : from.roll(5);
  if (kind === 3) return randomMap(from, depth - 1);
  return kind === 4 ? randomList(from, depth) : `v${from.roll(100)}`;
}

function randomComments(from: Dice): PlainComment[] {
  const count = from.pick([0, 0, 0, 1, 1, 2]);
  return Array.from({ length: count }, () => ({ '#': from.pick(comments) }));
}
