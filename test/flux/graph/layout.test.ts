import * as dagre from '@dagrejs/dagre';
import { describe, expect, it } from 'vitest';
import { boxesOf, orderEdges } from '../../../src/flux/graph/box.ts';
import type { FluxGraph } from '../../../src/flux/graph/graph.ts';
import { allPlaced, cardOf, extentOf, layoutBoxes, type Rectangle } from '../../../src/flux/graph/layout.ts';
import { graph, hundred, node } from './graphs.ts';

function placedCards(drawn: FluxGraph) {
  const placed = layoutBoxes(boxesOf(drawn), orderEdges(drawn), dagre);
  const cards = allPlaced(placed).flatMap((one) =>
    one.box === null ? [] : [{ key: one.box.node.key, ...cardOf(one) }],
  );
  return { placed, cards, extent: extentOf(placed) };
}

const overlap = (a: Rectangle, b: Rectangle): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe('the layout of a graph', () => {
  it('draws each of 100 Kustomizations once, none over another, all inside the picture', () => {
    const { cards, extent } = placedCards(hundred());
    expect(new Set(cards.map(({ key }) => key)).size).toBe(100);
    expect(cards).toHaveLength(100);
    for (const [at, one] of cards.entries()) {
      expect(one.x >= 0 && one.y >= 0).toBe(true);
      expect(one.x + one.width <= extent.width && one.y + one.height <= extent.height).toBe(true);
      expect(cards.slice(at + 1).filter((other) => overlap(one, other))).toEqual([]);
    }
  });

  it('has about the shape of a screen', () => {
    const { width, height } = placedCards(hundred()).extent;
    expect(width / height).toBeGreaterThan(1);
    expect(width / height).toBeLessThan(5);
  });

  it('puts what waits to the right of what it waits for', () => {
    const { cards } = placedCards(
      graph([
        node('c', { dependsOn: ['flux-system/b'] }),
        node('b', { dependsOn: ['flux-system/a'] }),
        node('a'),
      ]),
    );
    const xOf = (name: string) => cards.find(({ key }) => key === `flux-system/${name}`)?.x ?? Number.NaN;
    expect(xOf('a')).toBeLessThan(xOf('b'));
    expect(xOf('b')).toBeLessThan(xOf('c'));
  });

  it('lays children inside the box of what applies them', () => {
    const root = node('root');
    const { placed } = placedCards(graph([root, node('child', { parent: root.key })]));
    const [outer] = placed;
    const inner = outer?.children[0];
    expect(outer?.box?.node.key).toBe(root.key);
    expect(inner?.box?.node.name).toBe('child');
    expect(inner !== undefined && outer !== undefined && overlap(outer, inner)).toBe(true);
  });

  it('frames three or more that wait for the same', () => {
    const after = { dependsOn: ['flux-system/base'] };
    const many = ['x', 'y', 'z'].map((name) => node(name, after));
    const { placed } = placedCards(graph([node('base'), ...many]));
    const frames = allPlaced(placed).filter(({ box }) => box === null);
    expect(frames.map(({ children, after: names }) => [children.length, names])).toEqual([
      [3, ['flux-system/base']],
    ]);
  });

  it('draws cycles, and a graph without a Kustomization', () => {
    const [a, b] = [node('a', { dependsOn: ['flux-system/b'] }), node('b', { dependsOn: ['flux-system/a'] })];
    expect(placedCards(graph([a, b])).cards).toHaveLength(2);
    expect(placedCards(graph([])).cards).toEqual([]);
  });
});
