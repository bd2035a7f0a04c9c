import type { Leaf, Mapping, Node, Value } from './value.ts';

/** Returns the tree with leaves exchanged; parts without a change are shared. */
export function replaceLeaves(branch: Mapping, replacements: ReadonlyMap<Leaf, Leaf>): Mapping {
  return replaceNode(branch, replacements) as Mapping;
}

function replaceNode(node: Node, replacements: ReadonlyMap<Leaf, Leaf>): Node {
  switch (node.kind) {
    case 'mapping':
      return {
        ...node,
        entries: node.entries.map((member) =>
          member.kind === 'comment'
            ? (replaceNode(member, replacements) as typeof member)
            : { ...member, value: replaceNode(member.value, replacements) as Value },
        ),
      };
    case 'sequence':
      return { ...node, items: node.items.map((item) => replaceNode(item, replacements)) };
    default:
      return replacements.get(node) ?? node;
  }
}
