import { describe, expect, it } from 'vitest';
import { hunksBetween } from '../../../src/repository/merge/line-diff.ts';
import { differences, mergeLists } from '../../../src/repository/merge/three-way.ts';
import { Random } from '../../formats/yaml/read-random.ts';

const letters = (text: string): string[] => [...text];

/** A merge in short: what is agreed on, and in brackets what is not. */
function merged(base: string, ours: string, theirs: string, apart = false): string {
  const [our, their] = [letters(ours), letters(theirs)];
  return mergeLists(letters(base), our, their, { apart })
    .map((chunk) => {
      const [o, t] = [our.slice(...chunk.ours).join(''), their.slice(...chunk.theirs).join('')];
      return chunk.kind === 'both' ? `[${o}|${t}]` : chunk.from === 'ours' ? o : t;
    })
    .join('');
}

describe('merging lists', () => {
  it.each([
    ['abcd', 'xbcd', 'abcy', 'xbcy'],
    ['abcd', 'xbcd', 'aycd', '[xb|ay]cd'],
    ['abcd', 'abcd', 'ad', 'ad'],
    ['abcd', 'acd', 'acd', 'acd'],
    ['abcd', 'axbcd', 'aybcd', 'a[x|y]bcd'],
    ['', 'x', 'y', '[x|y]'],
    ['', 'x', 'x', 'x'],
    ['ab', 'ab', '', ''],
    ['ab', 'ax', '', '[ax|]'],
  ])('%s, %s and %s', (base, ours, theirs, wanted) => {
    expect(merged(base, ours, theirs)).toBe(wanted);
  });

  it.each([
    ['abcd', 'xbcd', 'aycd', 'xycd'],
    ['ab', 'axb', 'ay', 'axy'],
    ['ab', 'axb', 'ayb', 'a[x|y]b'],
    ['abc', 'axc', 'ayc', 'a[x|y]c'],
  ])('%s, %s and %s where changes that touch are two', (base, ours, theirs, wanted) => {
    expect(merged(base, ours, theirs, true)).toBe(wanted);
  });

  it('covers all of the three lists, once and in order', () => {
    const random = new Random(3);
    const list = (): string[] =>
      Array.from({ length: random.below(12) }, () => random.pick(['a', 'b', 'c', 'd']));
    for (let round = 0; round < 500; round++) {
      const [base, ours, theirs] = [list(), list(), list()];
      for (const apart of [false, true]) {
        const chunks = mergeLists(base, ours, theirs, { apart });
        for (const [side, whole] of [
          ['base', base],
          ['ours', ours],
          ['theirs', theirs],
        ] as const) {
          expect(chunks.flatMap((chunk) => whole.slice(...chunk[side]))).toEqual(whole);
          expect(chunks.every((chunk, at) => at === 0 || chunk[side][0] === chunks[at - 1]?.[side][1])).toBe(
            true,
          );
        }
      }
    }
  });

  it('finds the shortest changes, and those that turn one list into the other', () => {
    const random = new Random(5);
    for (let round = 0; round < 500; round++) {
      const list = (): string[] =>
        Array.from({ length: random.below(10) }, () => random.pick(['a', 'b', 'c']));
      const [a, b] = [list(), list()];
      const hunks = hunksBetween(a, b);
      let at = 0;
      const made = hunks.flatMap((hunk) => {
        const before = a.slice(at, hunk.aStart);
        at = hunk.aEnd;
        return [...before, ...b.slice(hunk.bStart, hunk.bEnd)];
      });
      expect([...made, ...a.slice(at)]).toEqual(b);
      const changes = hunks.reduce(
        (sum, { aStart, aEnd, bStart, bEnd }) => sum + aEnd - aStart + bEnd - bStart,
        0,
      );
      expect(changes).toBe(a.length + b.length - 2 * commonLength(a, b));
    }
  });

  it('gives up on lists that have nothing in common, in good time', () => {
    const [a, b] = ['a', 'b'].map((name) => Array.from({ length: 20_000 }, (_, index) => `${name}${index}`));
    expect(hunksBetween(a ?? [], b ?? [])).toEqual([{ aStart: 0, aEnd: 20_000, bStart: 0, bEnd: 20_000 }]);
  });

  it('takes all differences for changes of both', () => {
    expect(differences(letters('abxd'), letters('abyd')).map(({ kind }) => kind)).toEqual([
      'agreed',
      'both',
      'agreed',
    ]);
  });
});

function commonLength(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const item of a) {
    const next = [0];
    b.forEach((other, index) => {
      next.push(item === other ? (row[index] ?? 0) + 1 : Math.max(row[index + 1] ?? 0, next[index] ?? 0));
    });
    row = next;
  }
  return row[b.length] ?? 0;
}
