import type { Node } from '../../tree/value.ts';
import { equalValues } from '../equal-values.ts';
import { scalarText } from './scalar-text.ts';

/** Whether two trees hold the same data once they are written; comments aside. */
export function sameData(a: Node | undefined, b: Node): boolean {
  return a !== undefined && equalValues(asWritten(a), asWritten(b));
}

/** A tree as it reads once written, without comments: sops writes the float 1.0 as `1`, which is an integer then. */
function asWritten(node: Node): Node {
  switch (node.kind) {
    case 'mapping':
      return {
        kind: 'mapping',
        entries: node.entries.flatMap((member) =>
          member.kind === 'comment'
            ? []
            : [{ ...member, value: asWritten(member.value) as typeof member.value }],
        ),
      };
    case 'sequence':
      return { kind: 'sequence', items: node.items.filter((item) => item.kind !== 'comment').map(asWritten) };
    case 'int':
    case 'float':
      return { kind: 'string', value: scalarText(node).text };
    default:
      return node;
  }
}

/** Whether each sealed comment stands where it opens: its keys are part of what its ciphertext is bound to. */
export function sameSealedComments(a: Node, b: Node): boolean {
  return sealedComments(a).sort().join('\n') === sealedComments(b).sort().join('\n');
}

function sealedComments(node: Node, keys = ''): string[] {
  switch (node.kind) {
    case 'mapping':
      return node.entries.flatMap((member) => {
        if (member.kind === 'comment') return sealedComments(member, keys);
        return sealedComments(member.value, `${keys}${typeof member.key === 'string' ? member.key : ''}:`);
      });
    case 'sequence':
      return node.items.flatMap((item) => sealedComments(item, keys));
    case 'comment':
      return node.text.startsWith('ENC[') ? [`${keys} ${node.text}`] : [];
    default:
      return [];
  }
}
