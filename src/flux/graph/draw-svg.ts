import { html, type Markup, trusted } from '../../page/html.ts';
import { type Arrow, arrowsOf, curveOf } from './arrows.ts';
import { boxesOf, orderEdges } from './box.ts';
import { drawCard } from './draw-card.ts';
import type { FluxGraph, GraphSource } from './graph.ts';
import { allPlaced, cardOf, extentOf, layoutBoxes, type PlacedBox } from './layout.ts';
import { graphStyle, ownColours } from './svg-style.ts';

/** Height of a line of the legend. */
const line = 18;

/**
 * Draws a graph as SVG: Kustomizations lie inside those that apply them, arrows go from what has to be Ready to what waits
 * for it. Nothing is loaded from anywhere. `alone`: with its own colours, for a file of its own.
 */
export async function drawSvg(graph: FluxGraph, { alone }: { readonly alone: boolean }): Promise<Markup> {
  const dagre = await import('@dagrejs/dagre');
  const edges = orderEdges(graph);
  const placed = layoutBoxes(boxesOf(graph), edges, dagre);
  const { width, height } = extentOf(placed);
  const arrows = arrowsOf(graph, edges, placed);
  const legend = legendOf(graph);
  const total = height + legend.length * line + 12;
  const plain = { key: commonSource(graph) };
  const wide = Math.max(width, 560);
  return html`<svg xmlns="http://www.w3.org/2000/svg" class="flux-graph" role="img" width="${wide}" height="${total}" viewBox="0 0 ${wide} ${total}" aria-label="Kustomizations of ${graph.cluster}">
${alone ? html`<style>${trusted(ownColours + graphStyle)}</style>` : null}
<defs>${['order', 'move', 'move-at-risk'].map(marker)}</defs>
${allPlaced(placed).map(drawFrame)}
${arrows.filter(({ kind }) => kind === 'order').map(drawArrow)}
${allPlaced(placed).map((one) => (one.box === null ? null : drawCard(one.box.node, cardOf(one), plain)))}
${arrows.filter(({ kind }) => kind !== 'order').map(drawArrow)}
${legend.map((text, at) => html`<text class="small soft" x="16" y="${height + 8 + at * line}">${text}</text>`)}
</svg>`;
}

function drawFrame({ box, after, children, x, y, width, height }: PlacedBox): Markup | null {
  if (box !== null && children.length === 0) return null;
  const frame = html`<rect class="${box === null ? 'block' : 'frame'}" x="${x}" y="${y}" width="${width}" height="${height}" rx="10"/>`;
  if (box !== null) return frame;
  const names = after.map((key) => key.slice(key.indexOf('/') + 1)).join(', ');
  const room = Math.floor((width - 16) / 5.6);
  const text = `after ${names}`;
  const cut = text.length > room ? `${text.slice(0, room - 1)}\u2026` : text;
  return html`${frame}<text class="small soft" x="${x + 9}" y="${y + 15}">${cut}<title>${text}</title></text>`;
}

function marker(kind: string): Markup {
  return html`<marker id="head-${kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="head-${kind}" d="M0,0 L8,4 L0,8 z"/></marker>`;
}

function drawArrow(arrow: Arrow): Markup {
  const { path, x, y } = curveOf(arrow);
  const { kind, label, keys } = arrow;
  const width = label.length * 6 + 8;
  return html`<g class="arrow" data-keys="${keys.join(' ')}"><path class="${kind}" d="${path}" marker-end="url(#head-${kind})"/>${
    label === ''
      ? null
      : html`<rect class="plate" x="${x - width / 2}" y="${y - 9}" width="${width}" height="14" rx="4"/><text class="small" text-anchor="middle" x="${x}" y="${y + 2}">${label}</text>`
  }</g>`;
}

/** The source that most Kustomizations have. */
export function commonSource({ nodes }: FluxGraph): string {
  const counts = new Map<string, number>();
  for (const { source } of nodes) counts.set(source, (counts.get(source) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}

function legendOf(graph: FluxGraph): string[] {
  const common = commonSource(graph);
  const others = graph.sources.filter(({ key }) => key !== common);
  return [
    `${graph.cluster} at ${graph.states.join(' \u2192 ')}: ${counted(graph.nodes.length, 'Kustomization')}${answerText(graph)}`,
    ...graph.sources.filter(({ key }) => key === common).map((one) => `Source: ${sourceText(one)}`),
    ...others.map((one) => `Other source: ${sourceText(one)}`),
    'An arrow goes from what has to be Ready to what waits for it; a box holds what its Kustomization applies; what waits for the same lies in one frame; orders that follow from others are left out.',
  ];
}

function sourceText({ key, detail, opaque }: GraphSource): string {
  return `${key}, ${detail}${opaque ? ' (its content is not known here)' : ''}`;
}

function answerText({ answer, nodes }: FluxGraph): string {
  if (answer === null) return '';
  if (answer === 'safe') return '; nothing is deleted';
  const lost = nodes.reduce((sum, { change }) => sum + change.deleted, 0);
  return answer === 'unknown' ? '; not all can be told' : `; ${counted(lost, 'object')} may be deleted`;
}

/** `1 object`, `2 objects`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
