import { describe, expect, it } from 'vitest';
import { readability } from '../../../src/repository/audit/readability.ts';

describe('who can open a file', () => {
  it.each<[string, string[][], number, string[], number]>([
    ['one key', [['a']], 1, ['a'], 1],
    ['any of three', [['a', 'b', 'c']], 1, ['a', 'b', 'c'], 3],
    ['two groups, both needed', [['a'], ['b', 'c']], 2, [], 1],
    ['two of three groups', [['a'], ['b'], ['c', 'd']], 2, [], 2],
    ['any of two groups', [['a'], ['b', 'c']], 1, ['a', 'b', 'c'], 3],
    [
      'one key in both groups',
      [
        ['a', 'b'],
        ['a', 'c'],
      ],
      2,
      ['a'],
      2,
    ],
    ['the same key alone in both groups', [['a'], ['a']], 2, ['a'], 1],
  ])('%s', (_name, groups, needed, alone, keysToLose) => {
    expect(readability(groups, needed)).toEqual({ alone, keysToLose });
  });
});
