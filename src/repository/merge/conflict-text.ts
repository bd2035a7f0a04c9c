import { encodeText } from '../../formats/byte-text.ts';
import type { Chunk } from './three-way.ts';

/** How git is to write a conflict into a text. */
export interface MarkerStyle {
  /** Characters of a marker; git's default is 7. */
  readonly size: number;
  /** `merge.conflictStyle`: whether the common ancestor is shown, and shared lines drawn out. */
  readonly style: 'merge' | 'diff3' | 'zdiff3';
  readonly labels: { readonly base: string; readonly ours: string; readonly theirs: string };
}

/** The lines of three texts, each with its end. */
export interface ThreeTexts {
  readonly base: readonly string[];
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

/** Writes a merge as git does: what is agreed on, and markers around what is not. */
export function markedText(texts: ThreeTexts, chunks: readonly Chunk[], style: MarkerStyle): string {
  const end = texts.ours[0]?.endsWith('\r\n') === true ? '\r\n' : '\n';
  return chunks
    .flatMap((chunk) =>
      chunk.kind === 'agreed'
        ? texts[chunk.from].slice(...chunk[chunk.from])
        : marked(
            {
              base: texts.base.slice(...chunk.base),
              ours: texts.ours.slice(...chunk.ours),
              theirs: texts.theirs.slice(...chunk.theirs),
            },
            style,
            end,
          ),
    )
    .join('');
}

function marked(
  { base, ours, theirs }: ThreeTexts,
  { size, style, labels }: MarkerStyle,
  end: string,
): string[] {
  const shared = style === 'diff3' ? { head: 0, tail: 0 } : sharedLines(ours, theirs);
  const own = (lines: readonly string[]): string[] =>
    lines
      .slice(shared.head, lines.length - shared.tail)
      .map((line) => (line.endsWith('\n') ? line : line + end));
  const mark = (sign: string, label: string): string =>
    `${sign.repeat(size)}${label === '' ? '' : ` ${encodeText(label)}`}${end}`;
  return [
    ...ours.slice(0, shared.head),
    mark('<', labels.ours),
    ...own(ours),
    ...(style === 'merge' ? [] : [mark('|', labels.base), ...base.map((line) => withEnd(line, end))]),
    mark('=', ''),
    ...own(theirs),
    mark('>', labels.theirs),
    ...ours.slice(ours.length - shared.tail),
  ];
}

function withEnd(line: string, end: string): string {
  return line.endsWith('\n') ? line : line + end;
}

function sharedLines(ours: readonly string[], theirs: readonly string[]): { head: number; tail: number } {
  const shorter = Math.min(ours.length, theirs.length);
  let head = 0;
  while (head < shorter && ours[head] === theirs[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && ours[ours.length - 1 - tail] === theirs[theirs.length - 1 - tail])
    tail += 1;
  return { head, tail };
}

/**
 * Whether a text still has a line that begins or ends a conflict. `own` is a text without conflicts: lines that look like
 * that and stand in it as often are no conflict's.
 */
export function hasMarkers(text: string, size: number, own = ''): boolean {
  const markers = (of: string): string[] =>
    of.split('\n').filter((line) => isMarker(line, '<', size) || isMarker(line, '>', size));
  const known = new Map<string, number>();
  for (const line of markers(own)) known.set(line, (known.get(line) ?? 0) + 1);
  return markers(text).some((line) => {
    const left = known.get(line) ?? 0;
    known.set(line, left - 1);
    return left <= 0;
  });
}

/** Takes one side at every conflict of a marked text. */
export function withSide(text: string, size: number, side: 'ours' | 'theirs'): string {
  let part: 'none' | 'ours' | 'base' | 'theirs' = 'none';
  const kept: string[] = [];
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    if (part === 'none' && isMarker(line, '<', size)) part = 'ours';
    else if (part === 'ours' && isMarker(line, '|', size)) part = 'base';
    else if ((part === 'ours' || part === 'base') && isMarker(line, '=', size)) part = 'theirs';
    else if (part === 'theirs' && isMarker(line, '>', size)) part = 'none';
    else if (part === 'none' || part === side) kept.push(line);
  }
  return kept.join('');
}

function isMarker(line: string, sign: string, size: number): boolean {
  const mark = sign.repeat(size);
  return line.startsWith(mark) && /^(?: .*)?\r?\n?$/s.test(line.slice(size));
}
