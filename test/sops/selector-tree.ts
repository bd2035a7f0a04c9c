import type { Selector } from '../../src/config/selector.ts';
import { compileSelector } from '../../src/sops/selector.ts';
import type { Comment, Entry, Mapping, Sequence, Value } from '../../src/tree/value.ts';
import { walk } from '../../src/tree/walk.ts';

/** A tree as JSON can carry it: order kept, comments as `{"#": text}` members. */
export type PlainNode = string | PlainMap | PlainList;
export interface PlainMap {
  readonly map: readonly (readonly [string, PlainNode] | PlainComment)[];
}
export interface PlainList {
  readonly list: readonly (PlainNode | PlainComment)[];
}
export interface PlainComment {
  readonly '#': string;
}

/** One decided tree: `encrypted` has a `1` for each leaf that is encrypted, comments included, in the walk's order. */
export interface SelectorCase {
  readonly selector: Selector;
  readonly tree: PlainMap;
  readonly encrypted: string;
}

/** What sopskit decides for every leaf of a tree. */
export async function verdictsOf(selector: Selector | null, tree: PlainMap): Promise<string> {
  const compiled = await compileSelector(selector);
  let verdicts = '';
  walk(mappingOf(tree), ({ leaf, keys, comments }) => {
    verdicts += compiled.selects(keys, comments, leaf.kind === 'comment') ? '1' : '0';
  });
  return verdicts;
}

/** Prints a tree as YAML whose comments can belong to nothing but the next member. */
export function printTree(tree: PlainMap): string {
  return printMap(tree, '');
}

function printMap({ map }: PlainMap, indent: string): string {
  return map
    .map((member) => {
      if (isComment(member)) return `${indent}#${member['#']}\n`;
      const [key, node] = member;
      return typeof node === 'string'
        ? `${indent}${key}: ${node}\n`
        : `${indent}${key}:\n${printNode(node, `${indent}    `)}`;
    })
    .join('');
}

function printNode(node: PlainMap | PlainList, indent: string): string {
  return 'map' in node ? printMap(node, indent) : printList(node, indent);
}

function printList({ list }: PlainList, indent: string): string {
  return list
    .map((item) => {
      if (typeof item === 'string') return `${indent}- ${item}\n`;
      if (isComment(item)) return `${indent}#${item['#']}\n`;
      return `${indent}- ${printNode(item, `${indent}  `).trimStart()}`;
    })
    .join('');
}

function mappingOf({ map }: PlainMap): Mapping {
  const entries = map.map((member): Entry | Comment =>
    isComment(member) ? commentOf(member) : { kind: 'entry', key: member[0], value: treeValueOf(member[1]) },
  );
  return { kind: 'mapping', entries };
}

function treeValueOf(node: PlainNode): Value {
  if (typeof node === 'string') return { kind: 'string', value: node };
  return 'map' in node ? mappingOf(node) : sequenceOf(node);
}

function sequenceOf({ list }: PlainList): Sequence {
  const items = list.map((item) =>
    typeof item !== 'string' && isComment(item) ? commentOf(item) : treeValueOf(item),
  );
  return { kind: 'sequence', items };
}

function commentOf(comment: PlainComment): Comment {
  return { kind: 'comment', text: comment['#'], inline: false };
}

function isComment(member: object): member is PlainComment {
  return '#' in member;
}
