import { expect, it } from 'vitest';
import { fits, readGuide } from './guide.ts';

it('reads commands, what they print and how they end', () => {
  const guide =
    'Text\n\n<!-- setup\ntouch a\n-->\n\n```console\n$ ls\na\n$ cat <<E  # exits 3\n> b\n> E\nb …\n```\n';
  expect(readGuide(guide)).toEqual([
    { line: 3, command: 'touch a\n', expected: '…\n', status: 0 },
    { line: 8, command: 'ls', expected: 'a\n', status: 0 },
    { line: 10, command: 'cat <<E\nb\nE', expected: 'b …\n', status: 3 },
  ]);
});

it('compares line by line, but for what is left out', () => {
  expect(fits('a\nb 12 c\n', 'a\nb … c\n')).toBe(true);
  expect(fits('a\nx\ny\nz\n', 'a\n…\nz\n')).toBe(true);
  expect(fits('a\nz\n', 'a\n…\nz\n')).toBe(true);
  expect(fits('', '')).toBe(true);
  expect(fits('a\n', '')).toBe(false);
  expect(fits('a\nb\n', 'a\n')).toBe(false);
  expect(fits('axb\n', 'a.b\n')).toBe(false);
});
