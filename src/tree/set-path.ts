import { SopskitError } from '../errors/sopskit-error.ts';
import { sameData } from './equal.ts';
import { type Path, printPath } from './path.ts';
import type { Comment, Entry, Mapping, Node, Value } from './value.ts';

/**
 * Sets the value at a path as sops does (sops.go, Set): a missing key is added at the end, an index past the end of a
 * list appends, anything below a scalar replaces the scalar. Says whether the data changed.
 * Throws `usage.set-value` for a step that does not fit the tree (sops panics there).
 */
export function setAt(branch: Mapping, path: Path, value: Value): { branch: Mapping; changed: boolean } {
  const result = setIn(branch, path, value, []);
  if (result.kind !== 'mapping') throw misfit([], 'the top of a document is a map');
  return { branch: result, changed: !sameData(branch, result) };
}

/** Removes the entry or item at a path (sops.go, Unset). Throws `document.path-not-found`, `usage.set-value`. */
export function unsetAt(branch: Mapping, path: Path): Mapping {
  return unsetIn(branch, path, []) as Mapping;
}

function setIn(node: Node, path: Path, value: Value, above: Path): Value {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (node.kind === 'mapping') {
    if (typeof step === 'number') throw misfit(above, `the map at ${at(above)} has no item ${step}`);
    return setEntry(node, step, rest, value, above);
  }
  if (node.kind === 'sequence') {
    if (typeof step === 'string')
      throw misfit(above, `the list at ${at(above)} has no key ${JSON.stringify(step)}`);
    const old = node.items[step];
    if (old === undefined) return { ...node, items: [...node.items, valueFrom(rest, value)] };
    const made = setIn(old, rest, value, [...above, step]);
    return { ...node, items: node.items.map((item, index) => (index === step ? made : item)) };
  }
  return valueFrom(path, value);
}

function setEntry(mapping: Mapping, key: string, rest: Path, value: Value, above: Path): Mapping {
  const index = mapping.entries.findIndex((member) => member.kind === 'entry' && member.key === key);
  const old = mapping.entries[index];
  if (old === undefined || old.kind === 'comment') {
    return {
      ...mapping,
      entries: [...mapping.entries, { kind: 'entry', key, value: valueFrom(rest, value) }],
    };
  }
  const made: Entry = { ...old, value: setIn(old.value, rest, value, [...above, key]) };
  return { ...mapping, entries: mapping.entries.map((member, at) => (at === index ? made : member)) };
}

/** Wraps a value in the maps and one-item lists of a path. */
export function valueFrom(path: Path, value: Value): Value {
  return path.reduceRight<Value>(
    (inner, step) =>
      typeof step === 'number'
        ? { kind: 'sequence', items: [inner] }
        : { kind: 'mapping', entries: [{ kind: 'entry', key: step, value: inner }] },
    value,
  );
}

function unsetIn(node: Node, path: Path, above: Path): Node | null {
  const [step, ...rest] = path;
  if (step === undefined) return null;
  if (node.kind === 'mapping' && typeof step === 'string') {
    const index = node.entries.findIndex((member) => member.kind === 'entry' && member.key === step);
    const old = node.entries[index];
    if (old === undefined || old.kind === 'comment') throw missing([...above, step]);
    const made = unsetIn(old.value, rest, [...above, step]);
    return {
      ...node,
      entries: exchanged<Entry | Comment>(
        node.entries,
        index,
        made === null ? null : { ...old, value: made as Value },
      ),
    };
  }
  if (node.kind === 'sequence' && typeof step === 'number') {
    const old = node.items[step];
    if (old === undefined) throw missing([...above, step]);
    return { ...node, items: exchanged<Node>(node.items, step, unsetIn(old, rest, [...above, step])) };
  }
  throw missing([...above, step]);
}

function exchanged<T>(items: readonly T[], index: number, made: T | null): T[] {
  return items.flatMap((item, at) => (at !== index ? [item] : made === null ? [] : [made]));
}

function at(path: Path): string {
  return path.length === 0 ? 'the top' : printPath(path);
}

function missing(path: Path): SopskitError {
  return new SopskitError('document.path-not-found', `there is nothing at ${printPath(path)}`, {
    place: { path },
  });
}

function misfit(path: Path, message: string): SopskitError {
  return new SopskitError('usage.set-value', message, {
    place: { path },
    hint: "Look at the file's structure with `sopskit decrypt`.",
  });
}
