import type { EmitStyle } from '../format.ts';
import type { JsonSource } from './json-source.ts';

/** How inserted JSON is laid out: over several lines, or in one. */
export type JsonStyle =
  | { readonly kind: 'lines'; readonly lineEnd: string; readonly unit: string }
  | { readonly kind: 'line'; readonly comma: string; readonly colon: string };

/** sops' own style: a tab, or so many spaces a level. */
export function emitStyle(style: EmitStyle): JsonStyle {
  const indent = style.indent ?? -1;
  return { kind: 'lines', lineEnd: '\n', unit: indent < 0 ? '\t' : ' '.repeat(indent) };
}

/** Tells the style of a text from how its top-level object is laid out; `fallback` for an empty one. */
export function styleOf(source: JsonSource, fallback: JsonStyle): JsonStyle {
  const span = source.spans.get(source.root);
  const first = span?.members[0];
  if (span === undefined || first === undefined) return fallback;
  const before = lineIndent(source.text.slice(span.start + 1, first.start));
  if (before === null) return oneLine(source.text, span.members);
  const behind = source.text.slice(span.members.at(-1)?.end ?? first.end, span.end - 1);
  const closing = lineIndent(behind)?.indent ?? '';
  const unit = before.indent.startsWith(closing) ? before.indent.slice(closing.length) : before.indent;
  return { kind: 'lines', lineEnd: before.lineEnd, unit };
}

/** The line break and the indentation that white space ends with; `null` where there is no line break in it. */
export function lineIndent(space: string): { readonly lineEnd: string; readonly indent: string } | null {
  const [, lineEnd, indent] = /(\r?\n)([ \t\r]*)$/.exec(space) ?? [];
  return lineEnd === undefined || indent === undefined ? null : { lineEnd, indent };
}

function oneLine(
  text: string,
  members: readonly { readonly start: number; readonly end: number }[],
): JsonStyle {
  const [first, second] = members;
  const colon = /^"(?:[^"\\]|\\.)*"\s*:([ \t]*)/.exec(text.slice(first?.start, first?.end))?.[1] ?? '';
  const comma =
    first !== undefined && second !== undefined ? text.slice(first.end, second.start) : `,${colon}`;
  return { kind: 'line', comma: /,[ \t]*/.exec(comma)?.[0] ?? ',', colon: `:${colon}` };
}
