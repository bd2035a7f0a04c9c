import { describe, expect, it } from 'vitest';
import {
  hasMarkers,
  type MarkerStyle,
  markedText,
  withSide,
} from '../../../src/repository/merge/conflict-text.ts';
import { mergeLists } from '../../../src/repository/merge/three-way.ts';

const labels = { base: 'base', ours: 'HEAD', theirs: 'tópic' };

function marked(
  base: string[],
  ours: string[],
  theirs: string[],
  style: MarkerStyle['style'],
  size = 7,
): string {
  return Buffer.from(
    markedText({ base, ours, theirs }, mergeLists(base, ours, theirs), { size, style, labels }),
    'latin1',
  ).toString('utf8');
}

describe('conflicts in a text', () => {
  const sides = [
    ['a\n', 'b\n'],
    ['a\n', 'x\n', 'b2\n'],
    ['a\n', 'x\n', 'b3\n'],
  ] as const;

  it.each([
    ['merge', 'a\nx\n<<<<<<< HEAD\nb2\n=======\nb3\n>>>>>>> tópic\n'],
    ['zdiff3', 'a\nx\n<<<<<<< HEAD\nb2\n||||||| base\nb\n=======\nb3\n>>>>>>> tópic\n'],
    ['diff3', 'a\n<<<<<<< HEAD\nx\nb2\n||||||| base\nb\n=======\nx\nb3\n>>>>>>> tópic\n'],
  ] as const)('are written as git does: %s', (style, text) => {
    expect(marked([...sides[0]], [...sides[1]], [...sides[2]], style)).toBe(text);
    expect(withSide(text, 7, 'ours')).toBe('a\nx\nb2\n');
    expect(withSide(text, 7, 'theirs')).toBe('a\nx\nb3\n');
  });

  it('keep Windows line ends, and end the last line', () => {
    expect(marked([], ['a\r\n', 'b'], ['a\r\n', 'c'], 'merge')).toBe(
      'a\r\n<<<<<<< HEAD\r\nb\r\n=======\r\nc\r\n>>>>>>> tópic\r\n',
    );
  });

  it('are found by their size only, and not in the middle of a line', () => {
    expect(hasMarkers('a\n<<<<<<< x\n', 7)).toBe(true);
    expect(hasMarkers('a\n>>>>>>>\r\n', 7)).toBe(true);
    expect(hasMarkers('a: "<<<<<<< x"\n<<<<<<<< y\n=======\n', 7)).toBe(false);
    expect(hasMarkers('<<<<<<<<<< x\n', 10)).toBe(true);
  });
});
