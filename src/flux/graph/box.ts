import type { FluxGraph, GraphNode } from './graph.ts';
import { type Edge, withoutImplied } from './order.ts';

/** A Kustomization with those that it applies inside it. */
export interface Box {
  readonly node: GraphNode;
  readonly children: readonly Box[];
}

/** Nests the nodes of a graph by who applies whom; several at the top where several apply themselves. */
export function boxesOf({ nodes }: FluxGraph): Box[] {
  const below = new Map<string | null, GraphNode[]>();
  for (const node of nodes) below.set(node.parent, [...(below.get(node.parent) ?? []), node]);
  const make = (node: GraphNode): Box => ({ node, children: (below.get(node.key) ?? []).map(make) });
  return (below.get(null) ?? []).map(make);
}

/** Which arrows of order are drawn. */
export function orderEdges({ nodes }: FluxGraph): Edge[] {
  return withoutImplied(nodes.flatMap(({ key, dependsOn }) => dependsOn.map((from) => ({ from, to: key }))));
}

/** Lists the keys of a box and of all in it. */
export function keysIn({ node, children }: Box): string[] {
  return [node.key, ...children.flatMap(keysIn)];
}
