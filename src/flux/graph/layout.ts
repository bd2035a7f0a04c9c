import type { GraphLabel } from '@dagrejs/dagre';
import { type Box, keysIn } from './box.ts';
import type { Edge } from './order.ts';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A box with its place: from the corner of the picture, in pixels. */
export interface PlacedBox extends Rectangle {
  /** `null`: the frame of a block, whose children wait for the same. */
  readonly box: Box | null;
  /** Of a block: keys of what they wait for. */
  readonly after: readonly string[];
  readonly children: readonly PlacedBox[];
}

interface Sized {
  readonly width: number;
  readonly height: number;
  /** Places what is in it, with its corner at (x, y). */
  place(x: number, y: number): PlacedBox[];
}

export const card: Readonly<Record<'width' | 'height', number>> = { width: 250, height: 62 };
const gap = 14;
const inset = 16;
/** Height of a box's own card, with the space below it. */
const head = card.height + gap;
const betweenRanks = 54;
const captionHeight = 14;
/** From so many on, what waits for the same and is waited for by nobody is drawn as one block. */
const blockSize = 3;

type Dagre = typeof import('@dagrejs/dagre');

/** Lays boxes out from left to right in the order in which they are applied. Needs the layout library, loaded. */
export function layoutBoxes(boxes: readonly Box[], edges: readonly Edge[], dagre: Dagre): PlacedBox[] {
  return sizeAll(boxes, edges, dagre).place(inset, inset);
}

function sizeBox(box: Box, edges: readonly Edge[], dagre: Dagre): Sized {
  if (box.children.length === 0)
    return { ...card, place: (x, y) => [{ box, after: [], x, y, ...card, children: [] }] };
  const inner = sizeAll(box.children, edges, dagre);
  const [width, height] = [Math.max(inner.width, card.width) + 2 * inset, inner.height + head + 2 * inset];
  return {
    width,
    height,
    place: (x, y) => [
      { box, after: [], x, y, width, height, children: inner.place(x + inset, y + inset + head) },
    ],
  };
}

/** Siblings: those without any order among them in a grid, the others by rank. */
function sizeAll(boxes: readonly Box[], edges: readonly Edge[], dagre: Dagre): Sized {
  const holder = new Map(boxes.flatMap((box) => keysIn(box).map((key) => [key, box.node.key] as const)));
  const lifted = liftedEdges(edges, holder);
  const touched = new Set(lifted.flatMap(({ from, to }) => [from, to]));
  const size = (box: Box) => sizeBox(box, edges, dagre);
  const free = boxes.filter(({ node }) => !touched.has(node.key));
  const bound = boxes.filter(({ node }) => touched.has(node.key));
  const groups = connected(bound, lifted).map((group) => ranked(group, lifted, edges, size, dagre));
  const parts = [
    ...(groups.length > 0 ? [grid(groups.sort((a, b) => b.height - a.height))] : []),
    ...(free.length > 0 ? [grid(blocksOf(free, edges).map((block) => sizeBlock(block, size)))] : []),
  ];
  return stacked(parts);
}

/** Boxes that an order joins, however far around. */
function connected(boxes: readonly Box[], edges: readonly Edge[]): Box[][] {
  const groupOf = new Map(boxes.map((box) => [box.node.key, [box]]));
  for (const { from, to } of edges) {
    const [one, other] = [groupOf.get(from), groupOf.get(to)];
    if (one === undefined || other === undefined || one === other) continue;
    one.push(...other);
    for (const box of other) groupOf.set(box.node.key, one);
  }
  return [...new Set(groupOf.values())];
}

/** Edges between siblings, or what is in them. */
function liftedEdges(edges: readonly Edge[], holder: ReadonlyMap<string, string>): Edge[] {
  const found = new Map<string, Edge>();
  for (const edge of edges) {
    const [from, to] = [holder.get(edge.from), holder.get(edge.to)];
    if (from !== undefined && to !== undefined && from !== to) found.set(`${from} ${to}`, { from, to });
  }
  return [...found.values()];
}

function ranked(
  boxes: readonly Box[],
  edges: readonly Edge[],
  allEdges: readonly Edge[],
  size: (box: Box) => Sized,
  dagre: Dagre,
): Sized {
  const blocks = blocksOf(boxes, allEdges);
  const sized = blocks.map((block) => sizeBlock(block, size));
  const blockOf = new Map(
    blocks.flatMap((block, at) => block.boxes.map(({ node }) => [node.key, at] as const)),
  );
  const graph = new dagre.Graph();
  const label: GraphLabel = { rankdir: 'LR', nodesep: gap, edgesep: 6, ranksep: betweenRanks };
  graph.setGraph(label);
  graph.setDefaultEdgeLabel(() => ({}));
  for (const [at, { width, height }] of sized.entries()) graph.setNode(String(at), { width, height });
  for (const { from, to } of edges) {
    const [start, end] = [blockOf.get(from), blockOf.get(to)];
    if (start !== undefined && end !== undefined && start !== end) graph.setEdge(String(start), String(end));
  }
  dagre.layout(graph);
  const corners = sized.map(({ width, height }, at) => {
    const { x = 0, y = 0 } = graph.node(String(at)) as { x?: number; y?: number };
    return { x: x - width / 2, y: y - height / 2 };
  });
  const width = Math.max(...sized.map((one, at) => (corners[at]?.x ?? 0) + one.width));
  const height = Math.max(...sized.map((one, at) => (corners[at]?.y ?? 0) + one.height));
  return {
    width,
    height,
    place: (x, y) =>
      sized.flatMap((one, at) => one.place(x + (corners[at]?.x ?? 0), y + (corners[at]?.y ?? 0))),
  };
}

/** Boxes that wait for the same. */
interface Block {
  readonly boxes: readonly Box[];
  readonly after: readonly string[];
}

/** Puts together what waits for the same and has nobody waiting for it. */
function blocksOf(boxes: readonly Box[], edges: readonly Edge[]): Block[] {
  const waitedFor = new Set(edges.map(({ from }) => from));
  const groups = new Map<string, Block>();
  for (const box of boxes) {
    const { key } = box.node;
    const after = edges.flatMap(({ from, to }) => (to === key ? [from] : [])).sort();
    const alone = waitedFor.has(key) || box.children.length > 0;
    const group = alone ? `one ${key}` : `all ${after.join(' ')}`;
    groups.set(group, { boxes: [...(groups.get(group)?.boxes ?? []), box], after });
  }
  return [...groups.values()].flatMap((group) =>
    group.boxes.length < blockSize || group.after.length === 0
      ? group.boxes.map((box) => ({ boxes: [box], after: group.after }))
      : [group],
  );
}

function sizeBlock({ boxes, after }: Block, size: (box: Box) => Sized): Sized {
  const sized = boxes.map(size);
  return boxes.length === 1 ? stacked(sized) : framed(sized, after);
}

/** Rows of equal height, about as wide as a screen is to its height. */
function grid(items: readonly Sized[]): Sized {
  const area = items.reduce((sum, { width, height }) => sum + (width + gap) * (height + gap), 0);
  const limit = Math.max(Math.sqrt(area * 2.2), ...items.map(({ width }) => width));
  const rows: Sized[][] = [[]];
  let used = 0;
  for (const item of items) {
    if (used > 0 && used + item.width > limit) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push(item);
    used += item.width + gap;
  }
  return stacked(rows.map(beside));
}

/** A block with its frame, and a line above it for what it waits for. */
function framed(items: readonly Sized[], after: readonly string[]): Sized {
  const inner = grid(items);
  const [width, height] = [inner.width + gap, inner.height + gap + captionHeight];
  const place = (x: number, y: number): PlacedBox[] => {
    const children = inner.place(x + gap / 2, y + gap / 2 + captionHeight);
    return [{ box: null, after, x, y, width, height, children }];
  };
  return { width, height, place };
}

function beside(items: readonly Sized[]): Sized {
  return {
    width: items.reduce((sum, { width }) => sum + width + gap, -gap),
    height: Math.max(...items.map(({ height }) => height)),
    place(x, y) {
      let at = x;
      return items.flatMap((item) => {
        const placed = item.place(at, y);
        at += item.width + gap;
        return placed;
      });
    },
  };
}

function stacked(items: readonly Sized[]): Sized {
  return {
    width: Math.max(0, ...items.map(({ width }) => width)),
    height: items.reduce((sum, { height }) => sum + height + gap, items.length > 0 ? -gap : 0),
    place(x, y) {
      let at = y;
      return items.flatMap((item) => {
        const placed = item.place(x, at);
        at += item.height + gap;
        return placed;
      });
    },
  };
}

/** The card of a box: itself, or in its upper left corner. */
export function cardOf({ box, x, y, children }: PlacedBox): Rectangle {
  return box === null || children.length === 0 ? { x, y, ...card } : { x: x + inset, y: y + inset, ...card };
}

/** Lists placed boxes, outer ones first. */
export function allPlaced(boxes: readonly PlacedBox[]): PlacedBox[] {
  return boxes.flatMap((box) => [box, ...allPlaced(box.children)]);
}

/** How large a picture has to be. */
export function extentOf(boxes: readonly PlacedBox[]): { readonly width: number; readonly height: number } {
  return {
    width: Math.max(card.width, ...boxes.map(({ x, width }) => x + width)) + inset,
    height: Math.max(card.height, ...boxes.map(({ y, height }) => y + height)) + inset,
  };
}
