import type { Mapping, Node } from '../../src/tree/value.ts';

/** A node as plain data to compare: no positions, and no comments unless `comments` asks for them. */
export function plainTree(node: Node, comments = false): unknown {
  switch (node.kind) {
    case 'mapping':
      return {
        map: node.entries
          .filter((member) => comments || member.kind === 'entry')
          .map((member) => plainMember(member, comments)),
      };
    case 'sequence':
      return {
        list: node.items
          .filter((item) => comments || item.kind !== 'comment')
          .map((item) => plainTree(item, comments)),
      };
    case 'comment':
      return { comment: node.text };
    case 'bytes':
      return { bytes: Buffer.from(node.value).toString('hex') };
    case 'null':
      return null;
    case 'odd':
      return { odd: node.type, text: node.text };
    default:
      return { [node.kind]: Object.is(node.value, -0) ? '-0' : String(node.value) };
  }
}

function plainMember(member: Mapping['entries'][number], comments: boolean): unknown {
  return member.kind === 'comment'
    ? { comment: member.text }
    : [member.key, plainTree(member.value, comments)];
}

export function plainTrees(branches: readonly Mapping[], comments = false): unknown[] {
  return branches.map((branch) => plainTree(branch, comments));
}
