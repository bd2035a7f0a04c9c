import type { Path } from '../../tree/path.ts';
import type { Leaf, Mapping, Node } from '../../tree/value.ts';

/** The given leaves with their paths, in text order. */
export function siteOrder(
  root: Mapping,
  leaves: ReadonlySet<Leaf>,
): { readonly node: Leaf; readonly path: Path }[] {
  const found: { node: Leaf; path: Path }[] = [];
  const pending: { node: Node; path: Path }[] = [{ node: root, path: [] }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, path } = next;
    if (node.kind === 'mapping') {
      for (const member of node.entries.toReversed()) {
        if (member.kind === 'entry' && typeof member.key === 'string') {
          pending.push({ node: member.value, path: [...path, member.key] });
        }
      }
    } else if (node.kind === 'sequence') {
      node.items.forEach((_, i) => {
        const index = node.items.length - 1 - i;
        const item = node.items[index];
        if (item !== undefined) pending.push({ node: item, path: [...path, index] });
      });
    } else if (leaves.has(node)) found.push({ node, path });
  }
  return found;
}
