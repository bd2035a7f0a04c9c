import type { Leaf, Mapping, Node } from '../../../src/tree/value.ts';

/** The leaves of a tree in order, nulls included. */
export function leavesOf(node: Node): Leaf[] {
  if (node.kind === 'mapping')
    return node.entries.flatMap((member) => leavesOf(member.kind === 'entry' ? member.value : member));
  if (node.kind === 'sequence') return node.items.flatMap(leavesOf);
  return [node];
}

/** A tree without positions and values: what must not change when leaves are sealed. */
export function shapeOf(node: Node): unknown {
  if (node.kind === 'mapping') {
    return node.entries.map((member) =>
      member.kind === 'entry' ? { [`key ${String(member.key)}`]: shapeOf(member.value) } : '#',
    );
  }
  if (node.kind === 'sequence') return [...node.items.map(shapeOf), 'list'];
  return node.kind === 'comment' ? '#' : 'leaf';
}

/** A tree without positions. */
export function dataOf(node: Node): unknown {
  if (node.kind === 'mapping') {
    return node.entries.map((member) =>
      member.kind === 'entry' ? { [`key ${String(member.key)}`]: dataOf(member.value) } : dataOf(member),
    );
  }
  if (node.kind === 'sequence') return [...node.items.map(dataOf), 'list'];
  if (node.kind === 'null') return null;
  if (node.kind === 'comment') return `#${node.text}`;
  if (node.kind === 'odd') return `odd ${node.text}`;
  return `${node.kind} ${node.kind === 'bytes' ? Buffer.from(node.value).toString('hex') : String(node.value)}`;
}

/** Whether sops seals a leaf: all but null and what is empty. */
export function isSealable(leaf: Leaf): boolean {
  if (leaf.kind === 'null' || leaf.kind === 'odd') return false;
  if (leaf.kind === 'comment') return leaf.text !== '';
  return !((leaf.kind === 'string' || leaf.kind === 'bytes') && leaf.value.length === 0);
}

export function branchesData(branches: readonly Mapping[]): unknown {
  return branches.map(dataOf);
}

export function branchesShape(branches: readonly Mapping[]): unknown {
  return branches.map(shapeOf);
}
