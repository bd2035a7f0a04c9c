import type { Leaf, Mapping, Node } from '../../../src/tree/value.ts';

/** The leaves of a tree in order, nulls included. */
export function leavesOf(node: Node): Leaf[] {
  if (node.kind === 'mapping') {
    return node.entries.flatMap((member) => leavesOf(member.kind === 'entry' ? member.value : member));
  }
  if (node.kind === 'sequence') return node.items.flatMap(leavesOf);
  return [node];
}

/** Whether sops seals a leaf: all but null and what is empty. */
export function isSealable(leaf: Leaf): boolean {
  if (leaf.kind === 'null' || leaf.kind === 'odd') return false;
  if (leaf.kind === 'comment') return leaf.text !== '';
  return !((leaf.kind === 'string' || leaf.kind === 'bytes') && leaf.value.length === 0);
}

/** Trees without positions and values: what must not change when leaves are sealed. */
export function branchesShape(branches: readonly Mapping[]): unknown {
  return branches.map(shapeOf);
}

function shapeOf(node: Node): unknown {
  if (node.kind === 'mapping') {
    return node.entries.map((member) =>
      member.kind === 'entry' ? { [`key ${String(member.key)}`]: shapeOf(member.value) } : '#',
    );
  }
  if (node.kind === 'sequence') return ['list', ...node.items.map(shapeOf)];
  return node.kind === 'comment' ? '#' : 'leaf';
}

/** Trees without positions; comments with their text. */
export function branchesData(branches: readonly Mapping[]): unknown {
  return branches.map((branch) => dataOf(branch, true, new Map()));
}

/** A tree without positions and comments, with other texts for some leaves. A block scalar's line break is no matter. */
export function dataWithoutComments(
  node: Node,
  texts: ReadonlyMap<Leaf, string> | number = new Map(),
): unknown {
  return dataOf(node, false, typeof texts === 'number' ? new Map() : texts);
}

function dataOf(node: Node, comments: boolean, texts: ReadonlyMap<Leaf, string>): unknown {
  if (node.kind === 'mapping') {
    return node.entries.flatMap((member) => {
      if (member.kind === 'comment') return comments ? [dataOf(member, comments, texts)] : [];
      return [{ [`key ${String(member.key)}`]: dataOf(member.value, comments, texts) }];
    });
  }
  if (node.kind === 'sequence') {
    const items = node.items.filter((item) => comments || item.kind !== 'comment');
    return ['list', ...items.map((item) => dataOf(item, comments, texts))];
  }
  return texts.get(node) ?? leafText(node);
}

function leafText(leaf: Leaf): unknown {
  switch (leaf.kind) {
    case 'null':
      return null;
    case 'comment':
      return `#${leaf.text}`;
    case 'odd':
      return `odd ${leaf.text}`;
    case 'bytes':
      return `bytes ${Buffer.from(leaf.value).toString('hex')}`;
    case 'string':
      return leaf.value.startsWith('ENC[') ? leaf.value.trimEnd() : `string ${leaf.value}`;
    case 'int':
    case 'float':
      // sops prints the float 1.0 as 1.
      return `number ${leaf.value}`;
    case 'bool':
    case 'time':
      return `${leaf.kind} ${leaf.value}`;
  }
}
