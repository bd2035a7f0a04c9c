import { type Box, boxesOf } from './box.ts';
import { counted } from './draw-svg.ts';
import type { FluxGraph, GraphNode } from './graph.ts';

/** Prints a graph as a tree, for a terminal: who applies whom, and what each waits for. */
export function graphText(graph: FluxGraph): string {
  const title = `${graph.cluster} at ${graph.states.join(' -> ')}${graph.answer === null ? '' : `: ${graph.answer}`}`;
  const sources = graph.sources.map(({ key, detail }) => `  ${key}: ${detail}`);
  return [title, ...boxesOf(graph).flatMap((box) => lines(box, '', '')), 'Sources', ...sources, ''].join(
    '\n',
  );
}

function lines({ node, children }: Box, first: string, rest: string): string[] {
  return [
    `${first}${node.key}  ${aboutNode(node)}`,
    ...children.flatMap((child, at) => {
      const last = at === children.length - 1;
      return lines(
        child,
        `${rest}${last ? '\u2514\u2500 ' : '\u251c\u2500 '}`,
        `${rest}${last ? '   ' : '\u2502  '}`,
      );
    }),
  ];
}

function aboutNode(node: GraphNode): string {
  const { change } = node;
  const waits = [...node.dependsOn, ...node.missing.map((name) => `${name} (not there)`)];
  return [
    `./${node.path}`,
    node.objects === null ? `${node.state}: ${node.reason}` : counted(node.objects, 'object'),
    node.presence === 'stays' ? '' : node.presence,
    node.suspended ? 'suspended' : '',
    node.prunes ? '' : 'does not prune',
    change.deleted > 0 ? `${change.deleted} deleted` : '',
    change.orphaned > 0 ? `${change.orphaned} orphaned` : '',
    waits.length > 0 ? `after ${waits.join(', ')}` : '',
  ]
    .filter((text) => text !== '')
    .join(', ');
}
