import type { Path } from '../../tree/path.ts';
import type { Leaf, Mapping, Node, Value } from '../../tree/value.ts';
import type { YamlNode } from './node.ts';
import type { PutGround } from './put-ground.ts';
import type { YamlSource } from './read.ts';

/** An alias in the text, the expanded value that the tree has in its place, and the leaves in that. */
export interface AliasUse {
  readonly alias: YamlNode;
  readonly value: Value;
  readonly branch: number;
  readonly path: Path;
  readonly leaves: readonly Leaf[];
}

/** What stands directly in the text: a leaf, with the path to it (a mapping's comment has the mapping's path). */
export interface DirectLeaf {
  readonly leaf: Leaf;
  readonly branch: number;
  readonly path: Path;
}

export interface Uses {
  readonly aliases: readonly AliasUse[];
  readonly direct: readonly DirectLeaf[];
}

/** Lists the aliases of a source, and those of `wanted` that are no part of an alias' expansion, in tree order. */
export function usesIn(source: YamlSource, wanted: ReadonlySet<Leaf>): Uses {
  const walk = new UseWalk(source, wanted);
  source.branches.forEach((branch, index) => {
    walk.branch(branch, index);
  });
  return walk;
}

class UseWalk implements Uses {
  readonly aliases: AliasUse[] = [];
  readonly direct: DirectLeaf[] = [];
  readonly #source: YamlSource;
  readonly #wanted: ReadonlySet<Leaf>;
  readonly #path: (string | number)[] = [];
  #branch = 0;
  #all: { readonly node: Node; readonly branch: number; readonly path: Path }[] | null = null;

  constructor(source: YamlSource, wanted: ReadonlySet<Leaf>) {
    this.#source = source;
    this.#wanted = wanted;
  }

  /** Every node that stands in the text, with its path. */
  nodes(source: YamlSource): { readonly node: Node; readonly branch: number; readonly path: Path }[] {
    this.#all = [];
    source.branches.forEach((branch, index) => {
      this.branch(branch, index);
    });
    return this.#all;
  }

  branch(branch: Mapping, index: number): void {
    this.#branch = index;
    this.#members(branch);
  }

  #node(node: Node): void {
    const alias = this.#source.origins.get(node)?.alias ?? null;
    this.#all?.push({ node, branch: this.#branch, path: [...this.#path] });
    if (alias !== null && node.kind !== 'comment') {
      const leaves: Leaf[] = [];
      collectLeaves(node, leaves);
      this.aliases.push({ alias, value: node, branch: this.#branch, path: [...this.#path], leaves });
    } else if (node.kind === 'mapping' || node.kind === 'sequence') {
      this.#members(node);
    } else if (this.#wanted.has(node)) {
      this.direct.push({ leaf: node, branch: this.#branch, path: [...this.#path] });
    }
  }

  #members(node: Mapping | Extract<Node, { kind: 'sequence' }>): void {
    if (node.kind === 'sequence') {
      for (const [index, item] of node.items.entries()) this.#at(index, item);
      return;
    }
    for (const member of node.entries) {
      if (member.kind === 'comment') this.#node(member);
      else this.#at(typeof member.key === 'string' ? member.key : member.key.text, member.value);
    }
  }

  #at(step: string | number, node: Node): void {
    this.#path.push(step);
    this.#node(node);
    this.#path.pop();
  }
}

/** The values of the entries that have the given nodes for keys, outside of alias' expansions. */
export function nodesAt(
  ground: PutGround,
  keys: readonly YamlNode[],
): { readonly key: YamlNode; readonly node: Node; readonly branch: number; readonly path: Path }[] {
  const keyOf = new Map<YamlNode, YamlNode>();
  for (const key of keys) {
    const standing = ground.places.of(key);
    const value = standing?.parent.content[standing.index + 1];
    if (value !== undefined) keyOf.set(value, key);
  }
  const { source } = ground;
  return new UseWalk(source, new Set()).nodes(source).flatMap(({ node, branch, path }) => {
    const origin = source.origins.get(node);
    const key = origin?.kind === 'node' ? keyOf.get(origin.alias ?? origin.node) : undefined;
    return key === undefined ? [] : [{ key, node, branch, path }];
  });
}

/** Appends the leaves below a node, nulls included, in tree order. */
export function collectLeaves(node: Node, leaves: Leaf[]): void {
  if (node.kind === 'mapping') {
    for (const member of node.entries) collectLeaves(member.kind === 'entry' ? member.value : member, leaves);
  } else if (node.kind === 'sequence') {
    for (const item of node.items) collectLeaves(item, leaves);
  } else {
    leaves.push(node);
  }
}
