import { decodeRune } from './scanner.ts';

/**
 * Whether all of a name fits a pattern of `*`, `?`, `[a-z]` and `\`; `null` for a pattern that is none
 * (fluxcd/pkg/envsubst/path, Match: unlike a shell's, `*` also takes `/`). One byte of UTF-8 a character.
 */
export function matchesGlob(pattern: string, name: string): boolean | null {
  let [rest, text] = [pattern, name];
  while (rest.length > 0) {
    const { star, chunk, after } = nextChunk(rest);
    rest = after;
    if (star && chunk === '') return true;
    const first = matchChunk(chunk, text);
    if (typeof first === 'string' && (first.length === 0 || rest.length > 0)) {
      text = first;
      continue;
    }
    if (first === null) return null;
    const later = star ? matchLater(chunk, text, rest) : false;
    if (later === null || later === false) return later;
    text = later;
  }
  return text.length === 0;
}

function matchLater(chunk: string, text: string, rest: string): string | false | null {
  for (let at = 1; at <= text.length; at++) {
    const matched = matchChunk(chunk, text.slice(at));
    if (matched === null) return null;
    if (matched !== false && (rest.length > 0 || matched.length === 0)) return matched;
  }
  return false;
}

function nextChunk(pattern: string): { star: boolean; chunk: string; after: string } {
  let from = 0;
  while (pattern[from] === '*') from += 1;
  let inClass = false;
  let at = from;
  for (; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '\\') at += at + 1 < pattern.length ? 1 : 0;
    else if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
    else if (character === '*' && !inClass) break;
  }
  return { star: from > 0, chunk: pattern.slice(from, at), after: pattern.slice(at) };
}

/** What is left of the text behind a match; `false`: none; `null`: the pattern is none. */
function matchChunk(pattern: string, text: string): string | false | null {
  let [chunk, rest] = [pattern, text];
  while (chunk.length > 0) {
    if (rest.length === 0) return false;
    if (chunk[0] === '[') {
      const [character, width] = runeAt(rest);
      const found = matchClass(chunk.slice(1), character);
      if (found === null) return null;
      if (!found.matches) return false;
      [chunk, rest] = [found.after, rest.slice(width)];
      continue;
    }
    if (chunk[0] === '?') {
      [chunk, rest] = [chunk.slice(1), rest.slice(runeAt(rest)[1])];
      continue;
    }
    if (chunk[0] === '\\') {
      chunk = chunk.slice(1);
      if (chunk === '') return null;
    }
    if (chunk[0] !== rest[0]) return false;
    [chunk, rest] = [chunk.slice(1), rest.slice(1)];
  }
  return rest;
}

function matchClass(text: string, character: number): { matches: boolean; after: string } | null {
  const negated = text.startsWith('^');
  let chunk = negated ? text.slice(1) : text;
  let matches = false;
  for (let ranges = 0; ; ranges++) {
    if (chunk.startsWith(']') && ranges > 0) return { matches: matches !== negated, after: chunk.slice(1) };
    const low = escaped(chunk);
    if (low === null) return null;
    chunk = low.after;
    let high = low;
    if (chunk.startsWith('-')) {
      const end = escaped(chunk.slice(1));
      if (end === null) return null;
      high = end;
      chunk = end.after;
    }
    if (low.character <= character && character <= high.character) matches = true;
  }
}

function escaped(text: string): { character: number; after: string } | null {
  if (text === '' || text[0] === '-' || text[0] === ']') return null;
  const chunk = text[0] === '\\' ? text.slice(1) : text;
  if (chunk === '') return null;
  const [character, width] = runeAt(chunk);
  const after = chunk.slice(width);
  return after === '' || (character === 0xfffd && width === 1) ? null : { character, after };
}

function runeAt(text: string): readonly [number, number] {
  const bytes = Buffer.from(text.slice(0, 4), 'latin1');
  return decodeRune(bytes, 0, bytes.length);
}
