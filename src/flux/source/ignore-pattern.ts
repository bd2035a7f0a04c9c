import { goMatch } from './go-match.ts';

/**
 * One line of a `.sourceignore` as source-controller reads it (fluxcd/pkg/sourceignore/gitignore, once go-git's). That is
 * not git's way, and no library's, in five points, each of which real repositories depend on:
 * - what lies in an excluded folder can be taken in again by a later `!` pattern;
 * - `**` at the end matches nothing by itself, so that `/**` excludes nothing;
 * - a pattern with `**` beside other characters in one part matches nothing;
 * - `[!a]` negates nothing, `[^a]` does; `\!` and `\#` at the beginning are no escapes;
 * - patterns without a slash match any part of a path, so that all below a folder of that name is excluded.
 */
export interface IgnorePattern {
  /** Parts of the folder that the pattern is about: the one its file lies in. */
  readonly domain: readonly string[];
  readonly includes: boolean;
  readonly foldersOnly: boolean;
  readonly parts: readonly PatternPart[];
  readonly hasSlash: boolean;
}

type PatternPart =
  | { readonly kind: 'empty' | 'any-depth' | 'never' }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'glob'; readonly glob: RegExp; readonly doubled: boolean };

/** Reads the patterns of a text; `domain` is the folder it lies in, from the source's root. */
export function readIgnorePatterns(text: string, domain: readonly string[]): IgnorePattern[] {
  return text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => !line.startsWith('#') && line.trim() !== '')
    .map((line) => parsePattern(line, domain));
}

export function parsePattern(line: string, domain: readonly string[]): IgnorePattern {
  const includes = line.startsWith('!');
  let text = includes ? line.slice(1) : line;
  if (!text.endsWith('\\ ')) text = text.replace(/ +$/, '');
  const foldersOnly = text.endsWith('/');
  if (foldersOnly) text = text.slice(0, -1);
  return {
    domain,
    includes,
    foldersOnly,
    hasSlash: text.includes('/'),
    parts: text.split('/').map(partOf),
  };
}

function partOf(text: string): PatternPart {
  if (text === '') return { kind: 'empty' };
  if (text === '**') return { kind: 'any-depth' };
  if (!/[*?[\\]/.test(text)) return { kind: 'name', name: text };
  const glob = goMatch(text);
  return glob === null ? { kind: 'never' } : { kind: 'glob', glob, doubled: text.includes('**') };
}

/** Whether a pattern says something of a path (parts from the source's root). */
export function matches(pattern: IgnorePattern, path: readonly string[], isFolder: boolean): boolean {
  const { domain } = pattern;
  if (path.length <= domain.length || domain.some((part, index) => path[index] !== part)) return false;
  const below = domain.length === 0 ? path : path.slice(domain.length);
  return pattern.hasSlash ? matchesPath(pattern, below, isFolder) : matchesName(pattern, below, isFolder);
}

function matchesName(pattern: IgnorePattern, path: readonly string[], isFolder: boolean): boolean {
  const part = pattern.parts[0];
  if (part === undefined) return false;
  for (const [index, name] of path.entries()) {
    if (!isMatch(part, name)) continue;
    return !(pattern.foldersOnly && !isFolder && index === path.length - 1);
  }
  return false;
}

function matchesPath(pattern: IgnorePattern, path: readonly string[], isFolder: boolean): boolean {
  let at = 0;
  let matched = false;
  let anyDepth = false;
  for (const [index, part] of pattern.parts.entries()) {
    if (part.kind === 'empty') {
      anyDepth = false;
      continue;
    }
    if (part.kind === 'any-depth') {
      if (index === pattern.parts.length - 1) break;
      anyDepth = true;
      continue;
    }
    if (isBroken(part) || at >= path.length) return false;
    if (!anyDepth) {
      if (!isMatch(part, path[at] ?? '')) return false;
      matched = true;
      at += 1;
      continue;
    }
    anyDepth = false;
    const found = path.findIndex((name, where) => where >= at && isMatch(part, name));
    matched = found >= 0;
    at = matched ? found + 1 : path.length;
  }
  return matched && !(pattern.foldersOnly && !isFolder && at >= path.length);
}

/** `**` beside other characters, and what is malformed. */
function isBroken(part: PatternPart): boolean {
  return part.kind === 'never' || (part.kind === 'glob' && part.doubled);
}

function isMatch(part: PatternPart, name: string): boolean {
  if (part.kind === 'name') return part.name === name;
  if (part.kind === 'glob') return part.glob.test(name);
  // a name is never empty; `**` alone in a pattern without a slash is a glob like `*`
  return part.kind === 'any-depth';
}
