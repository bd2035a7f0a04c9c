import type { Path } from '../tree/path.ts';
import type { Node, Scalar } from '../tree/value.ts';

export interface PlacedScalar {
  readonly leaf: Scalar;
  readonly path: Path;
}

/**
 * Lists the values below a node, without comments and nulls. Unlike `walk` it takes whatever YAML allows: what is looked
 * through need not be a file that sops could have written.
 */
export function leavesBelow(node: Node, path: Path = []): PlacedScalar[] {
  const found: PlacedScalar[] = [];
  collect(node, path, found);
  return found;
}

function collect(node: Node, path: Path, found: PlacedScalar[]): void {
  switch (node.kind) {
    case 'comment':
    case 'null':
      return;
    case 'mapping':
      for (const member of node.entries) {
        if (member.kind !== 'entry') continue;
        const key = typeof member.key === 'string' ? member.key : member.key.text;
        collect(member.value, [...path, key], found);
      }
      return;
    case 'sequence':
      node.items.forEach((item, index) => {
        collect(item, [...path, index], found);
      });
      return;
    default:
      found.push({ leaf: node, path });
  }
}
