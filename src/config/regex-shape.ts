/**
 * Translates the regular expressions that RE2 and JavaScript certainly read alike, which are nearly all that stand in
 * a `.sops.yaml`: `^(data|stringData)$`, `.*\.enc\.yaml$`, `^clusters/[^/]+/`. Everything else is for re2js.
 *
 * The result answers "does it match somewhere", nothing more. `test/config/regex-shape.test.ts` holds it against re2js.
 */

/** Returns the equivalent JavaScript expression, or `null` where the source leaves the known ground. */
export function translateShape(source: string): RegExp | null {
  if (source.length > MAX_LENGTH) return null;
  const reader: Reader = { chars: [...source], position: 0, depth: 0 };
  const alternatives = readAlternatives(reader);
  if (alternatives === null || reader.position < reader.chars.length) return null;
  if (alternatives.some((items) => steps(items) > MAX_EXPONENT)) return null;
  return new RegExp(alternatives.map((items) => print(withoutOuterStars(items))).join('|'), 'u');
}

const MAX_LENGTH = 500;
const MAX_DEPTH = 10;
/** JavaScript backtracks: a text of n characters may cost n to this power. RE2 is linear, so the rest goes there. */
const MAX_EXPONENT = 2;

interface Reader {
  readonly chars: readonly string[];
  position: number;
  depth: number;
}

interface Item {
  readonly text: string;
  /** How many times an unbounded repetition stands in it. */
  readonly loops: number;
  readonly kind: 'start' | 'end' | 'any' | 'anyStar' | 'group' | 'one';
}

function readAlternatives(reader: Reader): Item[][] | null {
  const alternatives: Item[][] = [];
  do {
    const items = readSequence(reader);
    if (items === null) return null;
    alternatives.push(items);
  } while (take(reader, '|'));
  return alternatives;
}

function readSequence(reader: Reader): Item[] | null {
  const items: Item[] = [];
  while (reader.position < reader.chars.length && !'|)'.includes(peek(reader))) {
    const atom = readAtom(reader);
    const item = atom === null ? null : readRepetition(reader, atom);
    if (item === null) return null;
    items.push(item);
  }
  return items;
}

function readAtom(reader: Reader): Item | null {
  const char = next(reader);
  if (char === '^') return { text: '^', loops: 0, kind: 'start' };
  if (char === '$') return { text: '$', loops: 0, kind: 'end' };
  // RE2's `.` stops at a line feed only; JavaScript's at U+2028 and carriage returns too.
  if (char === '.') return { text: '[^\\n]', loops: 0, kind: 'any' };
  if (char === '(') return readGroup(reader);
  if (char === '[') return readClass(reader);
  if (char === '\\') return one(readEscape(reader));
  return '*+?{}]'.includes(char) || isSurrogate(char) ? null : one(literal(char));
}

function readGroup(reader: Reader): Item | null {
  if (peek(reader) === '?' && !(take(reader, '?') && take(reader, ':'))) return null;
  reader.depth += 1;
  const alternatives = reader.depth > MAX_DEPTH ? null : readAlternatives(reader);
  reader.depth -= 1;
  if (alternatives === null || !take(reader, ')')) return null;
  const loops = Math.max(...alternatives.map((items) => items.reduce((sum, item) => sum + item.loops, 0)));
  return { text: `(?:${alternatives.map(print).join('|')})`, loops, kind: 'group' };
}

function readRepetition(reader: Reader, atom: Item): Item | null {
  const sign = peek(reader);
  if (!'*+?{'.includes(sign) || sign === '') return atom;
  const optional = sign === '?';
  const repeatable = atom.kind === 'one' || atom.kind === 'any' || (atom.kind === 'group' && optional);
  if (sign === '{' || !repeatable) return null;
  next(reader);
  const lazy = take(reader, '?') ? '?' : '';
  if ('*+?{'.includes(peek(reader)) && peek(reader) !== '') return null;
  const kind = atom.kind === 'any' && sign === '*' ? 'anyStar' : 'group';
  return { text: atom.text + sign + lazy, loops: atom.loops + (optional ? 0 : 1), kind };
}

function readClass(reader: Reader): Item | null {
  const negated = take(reader, '^') ? '^' : '';
  let text = '';
  while (!take(reader, ']')) {
    const part = readClassPart(reader, text === '');
    if (part === null) return null;
    text += part;
  }
  return text === '' ? null : { text: `[${negated}${text}]`, loops: 0, kind: 'one' };
}

function readClassPart(reader: Reader, first: boolean): string | null {
  const char = next(reader);
  if (char === '\\') return readEscape(reader);
  if (char === '-') return first || peek(reader) === ']' ? literal('-') : null;
  if (!/^[\w ./:@,+=%~#;!"'<>*?()|$]$/.test(char)) return null;
  if (peek(reader) !== '-' || reader.chars[reader.position + 1] === ']') return literal(char);
  next(reader);
  const last = next(reader);
  const sameKind = ['[0-9]', '[a-z]', '[A-Z]'].some((kind) => new RegExp(`^${kind}{2}$`).test(char + last));
  return sameKind && char <= last && peek(reader) !== '-' ? `${char}-${last}` : null;
}

function readEscape(reader: Reader): string | null {
  const char = next(reader);
  // `\s` in RE2 has no vertical tab, and none of the three knows Unicode.
  if (char === 'd') return '0-9';
  if (char === 'w') return '0-9A-Za-z_';
  if (char === 's') return '\\t\\n\\f\\r ';
  return /^[!-/:-@[-`{-~]$/.test(char) ? literal(char) : null;
}

function one(text: string | null): Item | null {
  if (text === null) return null;
  return { text: text.startsWith('\\u{') || text.length === 1 ? text : `[${text}]`, loops: 0, kind: 'one' };
}

function literal(char: string): string {
  return /^[0-9A-Za-z_]$/.test(char) ? char : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
}

/** `.*` at either end changes nothing about whether there is a match, and costs a search per character. */
function withoutOuterStars(items: readonly Item[]): readonly Item[] {
  const from = items.findIndex((item) => item.kind !== 'anyStar');
  const to = items.findLastIndex((item) => item.kind !== 'anyStar');
  return from < 0 ? [] : items.slice(from, to + 1);
}

function steps(items: readonly Item[]): number {
  const kept = withoutOuterStars(items);
  const loops = kept.reduce((sum, item) => sum + item.loops, 0);
  return loops + (kept[0]?.kind === 'start' ? 0 : 1);
}

function print(items: readonly Item[]): string {
  return items.map((item) => item.text).join('');
}

function isSurrogate(char: string): boolean {
  return /^[\ud800-\udfff]$/.test(char);
}

function peek(reader: Reader): string {
  return reader.chars[reader.position] ?? '';
}

function next(reader: Reader): string {
  return reader.chars[reader.position++] ?? '';
}

function take(reader: Reader, char: string): boolean {
  if (peek(reader) !== char) return false;
  reader.position += 1;
  return true;
}
