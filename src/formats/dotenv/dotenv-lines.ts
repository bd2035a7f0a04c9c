import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Comment, Entry, Leaf, Mapping } from '../../tree/value.ts';
import { type ByteText, commentOf, decodeText, scalarOf } from '../byte-text.ts';
import { metadataPrefix } from '../metadata-place.ts';

/** One line of a dotenv file that is not blank. Offsets are bytes; `end` is exclusive, before the line break. */
export interface DotenvLine {
  readonly start: number;
  readonly end: number;
  /** Start of what a sealed leaf replaces: behind the `=`, or behind the `#`. */
  readonly valueStart: number;
  readonly member: Entry | Comment;
  readonly leaf: Leaf;
}

/**
 * Splits a dotenv text as sops does (stores/dotenv): `#` starts a comment in the first column only, everything up to
 * the first `=` is the key, everything behind it the value, in which `\n` stands for a line break. No trimming, no
 * quotes. Throws `document.syntax` for any other line and `document.unsupported` for a key that is not UTF-8.
 */
export function splitDotenv(text: ByteText): DotenvLine[] {
  const lines: DotenvLine[] = [];
  let number = 1;
  for (let start = 0; start < text.length; number++) {
    const lineBreak = text.indexOf('\n', start);
    const end = lineBreak === -1 ? text.length : lineBreak;
    if (end > start) lines.push(readLine(text, start, end, number));
    start = end + 1;
  }
  return lines;
}

function readLine(text: ByteText, start: number, end: number, line: number): DotenvLine {
  if (text[start] === '#') {
    const valueStart = start + 1;
    const comment: Comment = {
      kind: 'comment',
      ...commentOf(text.slice(valueStart, end)),
      inline: false,
      line,
      column: 1,
    };
    return { start, end, valueStart, member: comment, leaf: comment };
  }
  const raw = text.slice(start, end);
  const equals = raw.indexOf('=');
  if (equals === -1) {
    throw new SopskitError(
      'document.syntax',
      'The dotenv file cannot be read: a line has no "=" and does not start with "#"',
      {
        place: { line, column: 1 },
        hint: 'Write the line as KEY=value, or start it with # in the first column.',
      },
    );
  }
  const key = decodeText(raw.slice(0, equals));
  if (key === null) {
    throw new SopskitError('document.unsupported', 'A key is not valid UTF-8', {
      place: { line, column: 1 },
    });
  }
  const value = scalarOf(raw.slice(equals + 1).replaceAll('\\n', '\n'), { line, column: key.length + 2 });
  return { start, end, valueStart: start + equals + 1, member: { kind: 'entry', key, value }, leaf: value };
}

export function treeOf(lines: readonly DotenvLine[]): Mapping {
  return { kind: 'mapping', entries: lines.map((line) => line.member), line: 1, column: 1 };
}

export function isMetadata({ member }: DotenvLine): boolean {
  return member.kind === 'entry' && typeof member.key === 'string' && member.key.startsWith(metadataPrefix);
}
