/**
 * Compiles a pattern of Go's `filepath.Match` (one part of a path: `*`, `?`, `[a-z]`, `[^a]`, `\x`); `null` for one that
 * is malformed, which matches nothing.
 */
export function goMatch(pattern: string): RegExp | null {
  let source = '';
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else if (character === '[') {
      const found = readClass(characters, at);
      if (found === null) return null;
      source += found.source;
      at = found.end;
    } else if (character === '\\') {
      at += 1;
      const escaped = characters[at];
      if (escaped === undefined) return null;
      source += literal(escaped);
    } else source += literal(character);
  }
  return new RegExp(`^${source}$`, 'su');
}

/** Reads `[…]` from its bracket on; `!` negates nothing in Go, and a range ends where it began at least. */
function readClass(characters: readonly string[], open: number): { source: string; end: number } | null {
  let at = open + 1;
  const negated = characters[at] === '^';
  if (negated) at += 1;
  const ranges: string[] = [];
  while (ranges.length === 0 || characters[at] !== ']') {
    const low = readOne(characters, at);
    if (low === null) return null;
    at = low.next;
    let high = low;
    if (characters[at] === '-') {
      const read = readOne(characters, at + 1);
      if (read === null) return null;
      high = read;
      at = high.next;
    }
    // a range that ends before it begins matches nothing
    if (low.code <= high.code) ranges.push(`${escapeCode(low.code)}-${escapeCode(high.code)}`);
    else ranges.push('');
  }
  const inside = ranges.join('');
  const source = inside === '' ? (negated ? '[^/]' : '[]') : `(?!/)[${negated ? '^' : ''}${inside}]`;
  return { source, end: at };
}

function readOne(characters: readonly string[], from: number): { code: number; next: number } | null {
  let at = from;
  const first = characters[at];
  if (first === undefined || first === '-' || first === ']') return null;
  if (first === '\\') at += 1;
  const code = characters[at]?.codePointAt(0);
  // a class that nothing follows has no closing bracket
  return code === undefined || at + 1 >= characters.length ? null : { code, next: at + 1 };
}

function escapeCode(code: number): string {
  return `\\u{${code.toString(16)}}`;
}

function literal(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
