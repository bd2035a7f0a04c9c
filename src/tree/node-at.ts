import type { Path } from './path.ts';
import type { Mapping, Node } from './value.ts';

/** Returns the node at a path, or `null`. Of duplicate keys the first counts; indexes count comments. */
export function nodeAt(branch: Mapping | undefined, path: Path): Node | null {
  let node: Node | null = branch ?? null;
  for (const step of path) {
    if (node === null) return null;
    node = typeof step === 'number' ? itemAt(node, step) : memberAt(node, step);
  }
  return node;
}

function itemAt(node: Node, index: number): Node | null {
  return node.kind === 'sequence' ? (node.items[index] ?? null) : null;
}

function memberAt(node: Node, key: string): Node | null {
  if (node.kind !== 'mapping') return null;
  for (const member of node.entries) if (member.kind === 'entry' && member.key === key) return member.value;
  return null;
}
