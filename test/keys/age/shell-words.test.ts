import { describe, expect, it } from 'vitest';
import { splitShellWords } from '../../../src/keys/age/sources/shell-words.ts';

describe('the words of a command', () => {
  // Recorded from github.com/google/shlex.
  it.each([
    ['', []],
    ['one two', ['one', 'two']],
    ['  one\t"two three"\n four ', ['one', 'two three', 'four']],
    [`'a\\b' "c\\"d" e\\ f`, ['a\\b', 'c"d', 'e f']],
    ['a"b c"d', ['ab cd']],
    [`'' ""`, ['', '']],
    ['a # b c', ['a']],
    ['a#b', ['a#b']],
    ['# all\nx', ['x']],
    ['cat $HOME/~', ['cat', '$HOME/~']],
  ])('%j', (command, words) => {
    expect(splitShellWords(command)).toEqual(words);
  });

  it.each(['a "b', "a 'b", 'a \\', '"a\\'])('%j is refused', (command) => {
    expect(() => splitShellWords(command)).toThrowError(
      expect.objectContaining({ code: 'identity.invalid' }),
    );
  });
});
