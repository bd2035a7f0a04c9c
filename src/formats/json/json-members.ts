import type { ByteText } from '../byte-text.ts';
import type { Splice } from '../splice.ts';
import type { JsonMember, JsonSpan } from './json-source.ts';
import { type JsonStyle, lineIndent } from './json-style.ts';

/** The indentation of the line on which a member starts, or on which it would. */
export function memberIndent(text: ByteText, span: JsonSpan, style: JsonStyle): string {
  const last = span.members.at(-1);
  if (last !== undefined)
    return lineIndent(text.slice(behindComma(text, span, span.members.length - 1), last.start))?.indent ?? '';
  return style.kind === 'lines' ? containerIndent(text, span) + style.unit : '';
}

/**
 * Appends a printed member to an object or array. What is between the brackets of an empty one stays in front of it
 * where `keepSpace` says so, so that removing the member restores it.
 */
export function appendMember(
  text: ByteText,
  span: JsonSpan,
  member: ByteText,
  style: JsonStyle,
  keepSpace: boolean,
): Splice {
  const last = span.members.at(-1);
  if (last !== undefined) {
    const from = behindComma(text, span, span.members.length - 1);
    const space = text.slice(from, last.start);
    return { start: last.end, end: last.end, text: `${separator(space, span, style)}${member}` };
  }
  const [start, end] = [keepSpace ? span.end - 1 : span.start + 1, span.end - 1];
  if (style.kind === 'line') return { start, end, text: member };
  const outer = containerIndent(text, span);
  return { start, end, text: `${style.lineEnd}${outer}${style.unit}${member}${style.lineEnd}${outer}` };
}

/** The comma and white space between the last member and a new one: as between the last two. */
function separator(space: ByteText, span: JsonSpan, style: JsonStyle): ByteText {
  if (lineIndent(space) !== null || span.members.length > 1) return `,${space}`;
  return style.kind === 'line' ? style.comma : `, `;
}

/** Removes members of one object or array, with their commas. */
export function removeMembers(text: ByteText, span: JsonSpan, removed: ReadonlySet<JsonMember>): Splice[] {
  const { members } = span;
  if (members.every((member) => removed.has(member))) return [emptied(text, span)];
  const splices: Splice[] = [];
  let kept: JsonMember | null = null;
  for (let i = 0; i < members.length; i++) {
    const member = members[i];
    if (member === undefined) break;
    if (!removed.has(member)) {
      if (kept === null && i > 0)
        splices.push({ start: members[0]?.start ?? 0, end: member.start, text: '' });
      kept = member;
    } else if (kept !== null) {
      splices.push({ start: members[i - 1]?.end ?? 0, end: member.end, text: '' });
    }
  }
  return splices;
}

/** Takes out all members, and of the white space what `appendMember` puts around a first one. */
function emptied(text: ByteText, span: JsonSpan): Splice {
  const [first, last] = [span.members[0]?.start ?? span.end, span.members.at(-1)?.end ?? span.start];
  const before = text.slice(span.start + 1, first).replace(/\r?\n[ \t]*$/, '');
  const behind = text.slice(last, span.end - 1).replace(/^\r?\n[ \t]*$/, '');
  return { start: span.start + 1, end: span.end - 1, text: before + behind };
}

/** Offset behind the comma in front of a member, or behind the opening bracket. */
function behindComma(text: ByteText, span: JsonSpan, index: number): number {
  const previous = span.members[index - 1];
  return previous === undefined ? span.start + 1 : text.indexOf(',', previous.end) + 1;
}

/** The indentation of the line on which an object or array starts. */
function containerIndent(text: ByteText, span: JsonSpan): string {
  const line = text.slice(text.lastIndexOf('\n', span.start) + 1, span.start);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}
