import type { Path } from '../../../src/tree/path.ts';
import type { Entry, Mapping, Node, Value } from '../../../src/tree/value.ts';

/** sops' `set` on a tree, written after sops.go (set, valueFromPathAndLeaf): the model that edits are held against. */
export function modelPut(node: Node, path: Path, value: Value): Node {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  const inner = (old: Node | null): Node => (old === null ? made(rest, value) : modelPut(old, rest, value));
  if (node.kind === 'mapping') {
    const at = node.entries.findIndex((member) => member.kind === 'entry' && member.key === step);
    if (at >= 0) return withEntry(node, at, inner((node.entries[at] as Entry).value));
    const entry: Entry = { kind: 'entry', key: String(step), value: made(rest, value) as Value };
    return { kind: 'mapping', entries: [...node.entries, entry] };
  }
  if (node.kind === 'sequence' && typeof step === 'number') {
    const old = node.items[step];
    if (old === undefined) return { kind: 'sequence', items: [...node.items, made(rest, value)] };
    return { kind: 'sequence', items: node.items.with(step, inner(old)) };
  }
  return made(path, value);
}

function withEntry(node: Mapping, at: number, value: Node): Mapping {
  const entry = node.entries[at] as Entry;
  return { kind: 'mapping', entries: node.entries.with(at, { ...entry, value: value as Value }) };
}

function made(path: Path, value: Value): Node {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === 'number') return { kind: 'sequence', items: [made(rest, value)] };
  return { kind: 'mapping', entries: [{ kind: 'entry', key: step, value: made(rest, value) as Value }] };
}

/** sops' `unset` on a tree. */
export function modelRemove(node: Node, path: Path): Node {
  const [step, ...rest] = path;
  if (node.kind === 'mapping') {
    const at = node.entries.findIndex((member) => member.kind === 'entry' && member.key === step);
    if (rest.length === 0)
      return { kind: 'mapping', entries: node.entries.filter((_, index) => index !== at) };
    return withEntry(node, at, modelRemove((node.entries[at] as Entry).value, rest));
  }
  if (node.kind !== 'sequence' || typeof step !== 'number') return node;
  if (rest.length === 0) return { kind: 'sequence', items: node.items.filter((_, index) => index !== step) };
  return { kind: 'sequence', items: node.items.with(step, modelRemove(node.items[step] as Node, rest)) };
}

/** Every path of a tree that leads to a value; indexes count comments. */
export function pathsOf(node: Node, path: Path = []): Path[] {
  if (node.kind === 'mapping') {
    return node.entries.flatMap((member) => {
      if (member.kind === 'comment' || typeof member.key !== 'string') return [];
      const at = [...path, member.key];
      return [at, ...pathsOf(member.value, at)];
    });
  }
  if (node.kind !== 'sequence') return [];
  return node.items.flatMap((item, index) =>
    item.kind === 'comment' ? [] : [[...path, index], ...pathsOf(item, [...path, index])],
  );
}
