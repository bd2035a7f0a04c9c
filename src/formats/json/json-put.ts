import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Path } from '../../tree/path.ts';
import { printPath } from '../../tree/path.ts';
import type { Entry, Node, Value } from '../../tree/value.ts';
import { equalValues } from '../equal-values.ts';
import type { Splice } from '../splice.ts';
import { appendMember, memberIndent, removeMembers } from './json-members.ts';
import { printJson, printMember } from './json-printer.ts';
import type { JsonSource } from './json-source.ts';
import type { JsonStyle } from './json-style.ts';

/**
 * Splices that set the value at a path, as sops' set (sops.go): a missing key and an index past a list's end append,
 * anything below a scalar replaces the scalar. Throws `document.path-not-found` where sops does nothing or panics: an
 * index into an object, a key into a list, a negative index.
 */
export function putSplices(source: JsonSource, path: Path, value: Value, style: JsonStyle): Splice[] {
  let node: Node = source.root;
  for (let depth = 0; depth < path.length; depth++) {
    const step = path[depth];
    if (step === undefined) break;
    if (node.kind !== 'mapping' && node.kind !== 'sequence')
      return replace(source, node, nest(path.slice(depth), value), style);
    const child = childOf(node, step, path.slice(0, depth + 1));
    if (child === null) return append(source, node, step, nest(path.slice(depth + 1), value), style);
    node = child.value;
  }
  if (node === source.root) throw notFound(path, 'the whole document cannot be replaced');
  return equalValues(node, value) ? [] : replace(source, node, value, style);
}

/** Splices that remove the member at a path. Throws `document.path-not-found`. */
export function removeSplices(source: JsonSource, path: Path): Splice[] {
  let container: Node = source.root;
  for (let depth = 0; depth < path.length; depth++) {
    const step = path[depth];
    if (step === undefined || (container.kind !== 'mapping' && container.kind !== 'sequence')) break;
    const child = childOf(container, step, path.slice(0, depth + 1));
    if (child === null) break;
    const span = source.spans.get(container);
    const member = span?.members[child.index];
    if (depth === path.length - 1 && span !== undefined && member !== undefined) {
      return removeMembers(source.text, span, new Set([member]));
    }
    container = child.value;
  }
  throw notFound(path, 'there is nothing');
}

function childOf(
  container: Extract<Node, { kind: 'mapping' | 'sequence' }>,
  step: string | number,
  path: Path,
) {
  if (container.kind === 'mapping') {
    if (typeof step === 'number') throw notFound(path, 'there is a map, and an index cannot lead into it');
    const index = container.entries.findIndex((member) => member.kind === 'entry' && member.key === step);
    const entry = container.entries[index];
    return entry?.kind === 'entry' ? { index, value: entry.value as Node } : null;
  }
  if (typeof step === 'string') throw notFound(path, 'there is a list, and a key cannot lead into it');
  if (!Number.isSafeInteger(step) || step < 0) throw notFound(path, 'a list has no such index');
  const value = container.items[step];
  return value === undefined ? null : { index: step, value };
}

/** Wraps a value in the maps and lists that the rest of a path asks for. */
function nest(path: Path, value: Value): Value {
  return path.reduceRight<Value>(
    (inner, step) =>
      typeof step === 'number'
        ? { kind: 'sequence', items: [inner] }
        : { kind: 'mapping', entries: [{ kind: 'entry', key: step, value: inner }] },
    value,
  );
}

function replace(source: JsonSource, node: Node, value: Value, style: JsonStyle): Splice[] {
  const span = source.spans.get(node);
  if (span === undefined) return [];
  const line = source.text.slice(source.text.lastIndexOf('\n', span.start) + 1, span.start);
  const base = /^[ \t]*/.exec(line)?.[0] ?? '';
  return [{ start: span.start, end: span.end, text: printJson(value, style, base) }];
}

function append(
  source: JsonSource,
  container: Node,
  step: string | number,
  value: Value,
  style: JsonStyle,
): Splice[] {
  const span = source.spans.get(container);
  if (span === undefined) return [];
  const base = memberIndent(source.text, span, style);
  const entry: Entry = { kind: 'entry', key: String(step), value };
  const member = typeof step === 'string' ? printMember(entry, style, base) : printJson(value, style, base);
  return [appendMember(source.text, span, member, style, false)];
}

function notFound(path: Path, problem: string): SopskitError {
  return new SopskitError(
    'document.path-not-found',
    `No value can be reached at ${printPath(path)}: ${problem}`,
    {
      place: { path },
    },
  );
}
