import type { FluxGraph } from './graph.ts';
import { card, cardOf, type PlacedBox, type Rectangle } from './layout.ts';
import type { Edge } from './order.ts';

/** A line of the picture: where it begins and ends, and what it stands for. */
export interface Arrow {
  readonly kind: 'order' | 'move' | 'move-at-risk';
  readonly start: Rectangle;
  readonly end: Rectangle;
  /** Keys of the Kustomizations that it is about, for highlighting. */
  readonly keys: readonly string[];
  readonly label: string;
}

/** Lists the arrows of a picture. What goes to several of one block goes to its frame, once. */
export function arrowsOf(graph: FluxGraph, edges: readonly Edge[], placed: readonly PlacedBox[]): Arrow[] {
  const spots = spotsOf(placed, null);
  return [...orderArrows(edges, spots), ...moveArrows(graph, spots)];
}

interface Spot {
  readonly card: Rectangle;
  /** Frame of the block that it stands in. */
  readonly block: PlacedBox | null;
}

function spotsOf(placed: readonly PlacedBox[], block: PlacedBox | null): ReadonlyMap<string, Spot> {
  const found = new Map<string, Spot>();
  for (const one of placed) {
    if (one.box !== null) found.set(one.box.node.key, { card: cardOf(one), block });
    for (const [key, spot] of spotsOf(one.children, one.box === null ? one : null)) found.set(key, spot);
  }
  return found;
}

function orderArrows(edges: readonly Edge[], spots: ReadonlyMap<string, Spot>): Arrow[] {
  const found = new Map<string, Arrow>();
  for (const { from, to } of edges) {
    const [start, end] = [spots.get(from), spots.get(to)];
    if (start === undefined || end === undefined) continue;
    const target = end.block === null || end.block === start.block ? end.card : end.block;
    const id = `${from} ${target.x} ${target.y}`;
    const keys = [...(found.get(id)?.keys ?? [from]), to];
    found.set(id, { kind: 'order', start: start.card, end: target, keys, label: '' });
  }
  return [...found.values()];
}

function moveArrows({ moves }: FluxGraph, spots: ReadonlyMap<string, Spot>): Arrow[] {
  return moves.flatMap(({ from, to, count, atRisk }): Arrow[] => {
    const [start, end] = [spots.get(from)?.card, spots.get(to)?.card];
    if (start === undefined || end === undefined) return [];
    const label = `${count} ${count === 1 ? 'moves' : 'move'}`;
    return [{ kind: atRisk ? 'move-at-risk' : 'move', start, end, keys: [from, to], label }];
  });
}

/** The path of an arrow, as SVG has it, and the middle of it. Backwards it goes around the right side. */
export function curveOf({ start, end }: Arrow): {
  readonly path: string;
  readonly x: number;
  readonly y: number;
} {
  const forward = start.x + start.width <= end.x;
  const [x1, y1] = [start.x + start.width, sideOf(start)];
  const [x2, y2] = [forward ? end.x : end.x + end.width, sideOf(end)];
  const bend = forward ? Math.max(24, (x2 - x1) / 2) : 56;
  const [c1, c2] = forward ? [x1 + bend, x2 - bend] : [Math.max(x1, x2) + bend, Math.max(x1, x2) + bend];
  const [a, b, c, d, e, f, g, h] = [x1, y1, c1, y1, c2, y2, x2, y2].map(round);
  const middle = forward ? (x1 + x2) / 2 : Math.max(x1, x2) + bend * 0.75;
  return { path: `M${a},${b} C${c},${d} ${e},${f} ${g},${h}`, x: round(middle), y: round((y1 + y2) / 2) };
}

/** How far below its upper edge an arrow touches a card or a frame. */
function sideOf({ y, height }: Rectangle): number {
  return y + Math.min(height / 2, card.height / 2);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
