import { SopskitError } from '../../../errors/sopskit-error.ts';

const space = /[ \t\r\n]/;

/**
 * Splits a command into words as sops does (github.com/google/shlex): quotes and backslashes as in a shell, `#` comments
 * between words, nothing expanded. Throws `identity.invalid` for an open quote or a trailing backslash.
 */
export function splitShellWords(text: string): string[] {
  const words: string[] = [];
  const characters = Array.from(text);
  let word: string | null = null;
  let at = 0;
  const take = (): string => {
    const character = characters[at++];
    if (character === undefined)
      throw new SopskitError('identity.invalid', 'a quote is not closed, or a backslash ends it');
    return character;
  };
  while (at < characters.length) {
    const character = take();
    if (space.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (character === '#' && word === null) {
      while (at < characters.length && take() !== '\n');
    } else if (character === '"' || character === "'") {
      word = (word ?? '') + quoted(character, take);
    } else {
      word = (word ?? '') + (character === '\\' ? take() : character);
    }
  }
  return word === null ? words : [...words, word];
}

/** Between double quotes a backslash takes the next character as it is; between single quotes nothing is special. */
function quoted(quote: string, take: () => string): string {
  let inside = '';
  for (let character = take(); character !== quote; character = take()) {
    inside += character === '\\' && quote === '"' ? take() : character;
  }
  return inside;
}
