import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Comment, Entry, Mapping, Node, Scalar, Value } from '../../tree/value.ts';
import type { ByteText } from '../byte-text.ts';
import { floatText } from './json-number.ts';
import { quoteJson, quoteJsonBytes } from './json-string.ts';
import type { JsonStyle } from './json-style.ts';

/** What is still to print: text as it is, or a value at an indentation. */
type Pending = ByteText | { readonly value: Node; readonly indent: string };

/**
 * Prints a value as sops does: each scalar as Go's json.Marshal, laid out as json.Indent (`{}` and `[]` stay closed).
 * Comments are left out. `base` is the indentation of the line on which the value starts.
 * Throws `document.not-emittable` for what JSON has no spelling for.
 */
export function printJson(value: Node, style: JsonStyle, base: string): ByteText {
  const parts: ByteText[] = [];
  // A stack instead of recursion: a document may nest as deep as the scanner allows.
  const pending: Pending[] = [{ value, indent: base }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next === 'string') parts.push(next);
    else if (next.value.kind === 'mapping' || next.value.kind === 'sequence') {
      for (const part of layOut(next.value, next.indent, style).reverse()) pending.push(part);
    } else if (next.value.kind !== 'comment') parts.push(printScalar(next.value));
  }
  return parts.join('');
}

/** A comment as a value of its own: sops prints its own memory's notation for it. */
export function commentAsMemory({ text, inline }: Comment): Mapping {
  return {
    kind: 'mapping',
    entries: [
      { kind: 'entry', key: 'Value', value: { kind: 'string', value: text } },
      { kind: 'entry', key: 'Inline', value: { kind: 'bool', value: inline } },
    ],
  };
}

function layOut(
  value: Extract<Value, { kind: 'mapping' | 'sequence' }>,
  indent: string,
  style: JsonStyle,
): Pending[] {
  const [open, close] = value.kind === 'mapping' ? ['{', '}'] : ['[', ']'];
  const members: readonly (Entry | Value)[] = membersOf(value);
  if (members.length === 0) return [`${open}${close}`];
  const inner = style.kind === 'lines' ? indent + style.unit : indent;
  const lineOf = (of: string) => (style.kind === 'lines' ? style.lineEnd + of : '');
  const pending: Pending[] = [open + lineOf(inner)];
  members.forEach((member, index) => {
    if (index > 0) pending.push((style.kind === 'lines' ? ',' : style.comma) + lineOf(inner));
    if (member.kind !== 'entry') pending.push({ value: member, indent: inner });
    else pending.push(printKey(member) + colonOf(style), { value: member.value, indent: inner });
  });
  pending.push(lineOf(indent) + close);
  return pending;
}

/** Prints one member of an object: key, colon, value. */
export function printMember(entry: Entry, style: JsonStyle, base: string): ByteText {
  return printKey(entry) + colonOf(style) + printJson(entry.value, style, base);
}

function colonOf(style: JsonStyle): string {
  return style.kind === 'lines' ? ': ' : style.colon;
}

function membersOf(value: Extract<Value, { kind: 'mapping' | 'sequence' }>): readonly (Entry | Value)[] {
  if (value.kind === 'mapping') return value.entries.filter((member) => member.kind === 'entry');
  return value.items.filter((item) => item.kind !== 'comment');
}

function printKey(entry: Entry): ByteText {
  if (typeof entry.key === 'string') return quoteJson(entry.key);
  throw notEmittable(`a key is ${entry.key.type}; JSON has string keys only`, entry.value);
}

/** Prints one scalar as Go's json.Marshal does. Throws `document.not-emittable`. */
export function printScalar(scalar: Scalar): ByteText {
  switch (scalar.kind) {
    case 'string':
    case 'time':
      return quoteJson(scalar.value);
    case 'bytes':
      return quoteJsonBytes(scalar.value);
    case 'int':
    case 'bool':
      return String(scalar.value);
    case 'null':
      return 'null';
    case 'float':
      if (!Number.isFinite(scalar.value)) throw notEmittable('JSON has no infinity and no NaN', scalar);
      return floatText(scalar.value);
    case 'odd':
      throw notEmittable(`JSON has no spelling for ${scalar.type}`, scalar);
  }
}

function notEmittable(problem: string, value: Value): SopskitError {
  const place = value.line === undefined ? {} : { line: value.line };
  return new SopskitError('document.not-emittable', `The value cannot be printed as JSON: ${problem}`, {
    place,
  });
}
