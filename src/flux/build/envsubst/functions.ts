import { matchesGlob } from './glob.ts';
import { decodeRune } from './scanner.ts';

/** What an operator makes of a variable's value. Texts have one byte of UTF-8 a character. */
export type Operation = (value: string, args: readonly string[]) => string;

/** Returns the operation of an operator (fluxcd/pkg/envsubst, lookupFunc); unknown ones give the default. */
export function operationOf(operator: string, args: number): Operation {
  if (operator === '#' && args === 0) return (value) => String(value.length);
  return operations.get(operator) ?? withDefault;
}

const withDefault: Operation = (value, args) => (value === '' ? args.join('') : value);

const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  [',', (value) => firstCharacter(value, lower)],
  [',,', (value) => eachCharacter(value, lower)],
  ['^', (value) => firstCharacter(value, upper)],
  ['^^', (value) => eachCharacter(value, upper)],
  ['#', (value, [word]) => (word === undefined ? value : withoutPrefix(value, word, 'shortest'))],
  ['##', (value, [word]) => (word === undefined ? value : withoutPrefix(value, word, 'longest'))],
  ['%', (value, [word]) => (word === undefined ? value : withoutSuffix(value, word, 'shortest'))],
  ['%%', (value, [word]) => (word === undefined ? value : withoutSuffix(value, word, 'longest'))],
  [':', substring],
  ['/', (value, [pattern = '', text = '']) => replaced(value, pattern, text, 1)],
  ['//', (value, [pattern = '', text = '']) => replaced(value, pattern, text, Number.POSITIVE_INFINITY)],
  [
    '/#',
    (value, [pattern, text]) =>
      pattern !== undefined && text !== undefined && value.startsWith(pattern)
        ? replaced(value, pattern, text, 1)
        : value,
  ],
  [
    '/%',
    (value, [pattern, text]) =>
      pattern !== undefined && text !== undefined && value.endsWith(pattern)
        ? value.slice(0, value.length - pattern.length) + text
        : value,
  ],
]);

function substring(value: string, [offset = '', length]: readonly string[]): string {
  let from = integer(offset);
  if (from === null) return value;
  if (from < 0) from = Math.max(value.length + from, 0);
  if (length === undefined) return value.slice(from);
  const count = integer(length);
  if (count === null) return value;
  return count < 0
    ? value.slice(from, Math.max(value.length + count, from))
    : value.slice(from, from + count);
}

/** Go's strconv.Atoi; `null` where it fails. */
function integer(text: string): number | null {
  if (!/^[+-]?[0-9]+$/.test(text)) return null;
  const value = BigInt(text.replace('+', ''));
  return value > 2n ** 63n - 1n || value < -(2n ** 63n) ? null : Number(value);
}

/** Go's strings.Replace: an empty pattern is found before each character and at the end. */
function replaced(value: string, pattern: string, text: string, times: number): string {
  if (pattern !== '')
    return times === 1 ? replaceOnce(value, pattern, text) : value.split(pattern).join(text);
  if (times === 1) return text + value;
  return (
    text +
    charactersOf(value)
      .map((character) => character + text)
      .join('')
  );
}

function replaceOnce(value: string, pattern: string, text: string): string {
  const at = value.indexOf(pattern);
  return at < 0 ? value : value.slice(0, at) + text + value.slice(at + pattern.length);
}

type Which = 'shortest' | 'longest';

/** Tries all beginnings but the empty one, from the longest on. */
function withoutPrefix(value: string, pattern: string, which: Which): string {
  let found = 0;
  for (let length = value.length; length > 0; length--) {
    const matches = matchesGlob(pattern, value.slice(0, length));
    if (matches === null) return value;
    if (!matches) continue;
    if (which === 'longest') return value.slice(length);
    found = length;
  }
  return value.slice(found);
}

/** As envsubst does it: backwards, pattern and all. */
function withoutSuffix(value: string, pattern: string, which: Which): string {
  return reversed(withoutPrefix(reversed(value), reversed(pattern), which));
}

/** Go's conversion to runes and back: what is no UTF-8 becomes U+FFFD. */
function reversed(value: string): string {
  return charactersOf(value)
    .map((character) => (isOneRune(character) ? character : replacement))
    .reverse()
    .join('');
}

const replacement = '\xef\xbf\xbd';

function charactersOf(value: string): string[] {
  const bytes = Buffer.from(value, 'latin1');
  const characters: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [, width] = decodeRune(bytes, at, bytes.length);
    characters.push(value.slice(at, at + width));
    at += width;
  }
  return characters;
}

function isOneRune(character: string): boolean {
  return character.length > 1 || character.charCodeAt(0) < 0x80;
}

function firstCharacter(value: string, change: (character: string) => string): string {
  const [first, ...rest] = charactersOf(value);
  return first === undefined ? value : changed(first, change) + rest.join('');
}

function eachCharacter(value: string, change: (character: string) => string): string {
  return charactersOf(value)
    .map((character) => changed(character, change))
    .join('');
}

function changed(character: string, change: (character: string) => string): string {
  if (!isOneRune(character)) return replacement;
  return Buffer.from(change(Buffer.from(character, 'latin1').toString('utf8')), 'utf8').toString('latin1');
}

/** One character stays one, as with Go's unicode.ToUpper. */
function upper(character: string): string {
  const changed = character.toUpperCase();
  return [...changed].length === 1 ? changed : character;
}

function lower(character: string): string {
  const changed = character.toLowerCase();
  return [...changed].length === 1 ? changed : character === '\u0130' ? 'i' : character;
}
