import { expect, it } from 'vitest';
import { splitWords } from '../../src/cli/shell-words.ts';

const cases: readonly [text: string, words: readonly string[] | null][] = [
  ['vim', ['vim']],
  ['code --wait', ['code', '--wait']],
  ['  code\t--wait\r\n', ['code', '--wait']],
  [`"/opt/my editor/bin" -n`, ['/opt/my editor/bin', '-n']],
  [`'/opt/my editor/bin' -n`, ['/opt/my editor/bin', '-n']],
  ['/opt/my\\ editor -n', ['/opt/my editor', '-n']],
  [`a"b"'c'd`, ['abcd']],
  [`"a \\" b"`, ['a " b']],
  [`"a \\n b"`, ['a n b']],
  [`'a \\ b'`, ['a \\ b']],
  ['a "" b', ['a', '', 'b']],
  ['a # b', ['a']],
  ['a#b', ['a#b']],
  ['# only a comment', []],
  ['', []],
  [`a 'b`, null],
  ['a "b', null],
  ['a\\', null],
];

it.each(cases)('%s', (text, words) => {
  expect(splitWords(text)).toEqual(words);
});
