import { indentLines } from './literal-spelling.ts';
import type { YamlNode } from './node.ts';
import { beforeBreak, behindBreak, lineEnd } from './place-line.ts';
import { fitsFile } from './quoted-spelling.ts';

/** A block scalar cut into its parts; `bodyEnd` is before the line break of its last line, which stays untouched. */
export interface BlockScalar {
  readonly folded: boolean;
  readonly chomp: '' | '-' | '+';
  /** Whether the header has an indentation indicator. */
  readonly indicated: boolean;
  /** Behind the indicators; a comment may follow. */
  readonly headerEnd: number;
  readonly headerLineEnd: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
  readonly indent: number;
  readonly hasFinalBreak: boolean;
}

export function blockScalarAt(text: string, node: YamlNode): BlockScalar {
  const header = /^[|>]([0-9+-]*)/.exec(text.slice(node.valueStart, node.valueStart + 4)) ?? ['', ''];
  const indicators = header[1] ?? '';
  const headerLineEnd = lineEnd(text, node.valueStart);
  const bodyStart = behindBreak(text, headerLineEnd);
  const bodyEnd = node.end > bodyStart ? Math.max(bodyStart, beforeBreak(text, node.end)) : bodyStart;
  return {
    folded: text[node.valueStart] === '>',
    chomp: indicators.includes('-') ? '-' : indicators.includes('+') ? '+' : '',
    indicated: /[0-9]/.test(indicators),
    headerEnd: node.valueStart + header[0].length,
    headerLineEnd,
    bodyStart,
    bodyEnd,
    indent: node.block?.indent ?? 0,
    hasFinalBreak: node.end > bodyEnd,
  };
}

/** The end of the body without the blank lines behind it, which `+` makes part of the value. */
export function lastLineEnd(text: string, scalar: BlockScalar): number {
  const body = text.slice(scalar.bodyStart, scalar.bodyEnd);
  return scalar.bodyStart + body.replace(/[ \t\r\n\x85\u2028\u2029]+$/, '').length;
}

/**
 * The body that carries a value below the header as it is, with LF breaks and without its last one; `null` where that
 * header cannot carry it.
 */
export function bodyFor(value: string, scalar: BlockScalar): string | null {
  if (/[\r\x85\u2028\u2029]/.test(value) || !fitsFile(value) || scalar.indent === 0) return null;
  if (!scalar.indicated && /^\n*[ \t]/.test(value)) return null;
  if (!chompKeeps(value, scalar)) return null;
  const body = scalar.chomp === '-' ? value : value.slice(0, -1);
  return indentLines(scalar.folded ? foldLines(body) : body, scalar.indent);
}

function chompKeeps(value: string, scalar: BlockScalar): boolean {
  if (!/[^\n]/.test(value)) return false;
  if (scalar.chomp === '-') return !value.endsWith('\n');
  if (!scalar.hasFinalBreak || !value.endsWith('\n')) return false;
  return scalar.chomp === '+' || !value.endsWith('\n\n');
}

/** Doubles the breaks that folding would swallow. Follows go-yaml's yaml_emitter_write_folded_scalar. */
function foldLines(value: string): string {
  return value.replace(/(^|\n)([^ \t\n][^\n]*)(?=\n+[^ \t\n])/g, '$1$2\n');
}
