import { type Box, boxesOf, orderEdges } from './box.ts';
import { counted } from './draw-svg.ts';
import type { FluxGraph, GraphNode } from './graph.ts';

/** Prints a graph as a Mermaid flowchart, which GitHub and GitLab draw in Markdown. */
export function printMermaid(graph: FluxGraph): string {
  const ids = new Map(graph.nodes.map(({ key }, at) => [key, `k${at}`]));
  const idOf = (key: string) => ids.get(key) ?? '';
  const edges = orderEdges(graph).map(({ from, to }) => `  ${idOf(from)} --> ${idOf(to)}`);
  const moves = graph.moves.map(
    ({ from, to, count }) =>
      `  ${idOf(from)} -. "${count === 1 ? '1 moves' : `${count} move`}" .-> ${idOf(to)}`,
  );
  return [
    'flowchart LR',
    ...boxesOf(graph).flatMap((box) => boxLines(box, idOf, '  ')),
    ...edges,
    ...moves,
    ...classLines(graph, idOf),
    '',
  ].join('\n');
}

function boxLines({ node, children }: Box, idOf: (key: string) => string, indent: string): string[] {
  const own = `${indent}${idOf(node.key)}["${label(node)}"]`;
  if (children.length === 0) return [own];
  return [
    `${indent}subgraph ${idOf(node.key)}s["applied by ${quoted(node.key)}"]`,
    `${indent}  ${own.trim()}`,
    ...children.flatMap((child) => boxLines(child, idOf, `${indent}  `)),
    `${indent}end`,
  ];
}

function label(node: GraphNode): string {
  const { change } = node;
  const lines = [
    node.key,
    `./${node.path}`,
    node.objects === null ? node.state : counted(node.objects, 'object'),
    change.deleted > 0 ? `${change.deleted} deleted` : '',
    change.orphaned > 0 ? `${change.orphaned} orphaned` : '',
  ];
  return lines
    .filter((line) => line !== '')
    .map(quoted)
    .join('<br/>');
}

/** Mermaid has its own entities, and no other way to write a quote. */
function quoted(text: string): string {
  return text.replace(/[#"<>&]/g, (character) => `#${character.charCodeAt(0)};`);
}

function classLines({ nodes }: FluxGraph, idOf: (key: string) => string): string[] {
  const classOf = (node: GraphNode): string | null => {
    if (node.change.deleted + node.change.orphaned > 0 || node.presence === 'removed') return 'loses';
    if (node.state !== 'built') return 'unclear';
    return node.presence === 'added' ? 'added' : null;
  };
  const lines = nodes.flatMap((node) => {
    const found = classOf(node);
    return found === null ? [] : [`  class ${idOf(node.key)} ${found}`];
  });
  if (lines.length === 0) return [];
  return [
    ...lines,
    '  classDef loses stroke:#c0262d,stroke-width:2px',
    '  classDef added stroke:#1a7f4b,stroke-width:2px',
    '  classDef unclear stroke:#9a5b00,stroke-dasharray:4 3',
  ];
}
