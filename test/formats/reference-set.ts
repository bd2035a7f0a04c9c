import type { Path } from '../../src/tree/path.ts';
import type { Entry, Mapping, Node, Value } from '../../src/tree/value.ts';

/** sops' Set on a tree (sops.go); `null` where sops does nothing or panics. */
export function referenceSet(root: Mapping, path: Path, value: Value): Mapping | null {
  const result = path.length === 0 ? null : setIn(root, path, value);
  return result?.kind === 'mapping' ? result : null;
}

function setIn(node: Node, path: Path, value: Value): Value | null {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (node.kind === 'mapping') {
    if (typeof step === 'number') return null;
    const index = node.entries.findIndex((member) => member.kind === 'entry' && member.key === step);
    const old = node.entries[index];
    if (old?.kind !== 'entry')
      return { ...node, entries: [...node.entries, { kind: 'entry', key: step, value: nest(rest, value) }] };
    const changed = setIn(old.value, rest, value);
    return changed === null
      ? null
      : { ...node, entries: node.entries.with(index, { ...old, value: changed }) };
  }
  if (node.kind !== 'sequence') return nest(path, value);
  if (typeof step === 'string') return null;
  const old = node.items[step];
  if (old === undefined) return { ...node, items: [...node.items, nest(rest, value)] };
  const changed = setIn(old, rest, value);
  return changed === null ? null : { ...node, items: node.items.with(step, changed) };
}

function nest(path: Path, value: Value): Value {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === 'number') return { kind: 'sequence', items: [nest(rest, value)] };
  return { kind: 'mapping', entries: [{ kind: 'entry', key: step, value: nest(rest, value) }] };
}

/** sops' Unset on a tree; `null` where there is nothing to remove. */
export function referenceUnset(root: Mapping, path: Path): Mapping | null {
  const result = unsetIn(root, path);
  return result?.kind === 'mapping' ? result : null;
}

function unsetIn(node: Node, [step, ...rest]: Path): Value | null {
  if (node.kind === 'mapping' && typeof step === 'string') {
    const index = node.entries.findIndex((member) => member.kind === 'entry' && member.key === step);
    const old = node.entries[index];
    if (old?.kind !== 'entry') return null;
    if (rest.length === 0) return { ...node, entries: node.entries.toSpliced(index, 1) };
    const inner = unsetIn(old.value, rest);
    return inner === null
      ? null
      : { ...node, entries: node.entries.with(index, { ...old, value: inner } satisfies Entry) };
  }
  if (node.kind !== 'sequence' || typeof step !== 'number') return null;
  const old = node.items[step];
  if (old === undefined) return null;
  if (rest.length === 0) return { ...node, items: node.items.toSpliced(step, 1) };
  const inner = unsetIn(old, rest);
  return inner === null ? null : { ...node, items: node.items.with(step, inner) };
}
