import { describe, expect, it } from 'vitest';
import { noChange } from '../../../src/flux/graph/graph.ts';
import { printGraphs } from '../../../src/flux/graph/print-graph.ts';
import { graph, hundred, node } from './graphs.ts';

const lost = {
  ...noChange,
  deleted: 1,
  losses: ['HelmRelease kube-system/cilium: may be deleted (infrastructure prunes it)'],
};
const story = graph(
  [
    node('flux-system', { path: 'clusters/test' }),
    node('infrastructure', { parent: 'flux-system/flux-system', presence: 'removed', change: lost }),
    node('cilium', { parent: 'flux-system/flux-system', presence: 'added' }),
    node('late', {
      parent: 'flux-system/flux-system',
      dependsOn: ['flux-system/cilium'],
      missing: ['flux-system/ghost'],
    }),
  ],
  {
    answer: 'unsafe',
    states: ['a1b2c3d4e', 'the working tree'],
    moves: [{ from: 'flux-system/infrastructure', to: 'flux-system/cilium', count: 2, atRisk: true }],
  },
);

describe('printing a graph', () => {
  it('draws the deletion, the move and the order as SVG that is whole', async () => {
    const svg = await printGraphs([story], 'svg');
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg.trimEnd()).toMatch(/<\/svg>$/);
    expect(svg).toContain('1 deleted');
    expect(svg).toContain('class="move-at-risk"');
    expect(svg).toContain('2 move');
    expect(svg).toContain('infrastructure prunes it');
    expect(svg.match(/class="node /g)).toHaveLength(4);
  });

  it('draws 100 Kustomizations with few enough arrows to follow', async () => {
    const svg = await printGraphs([hundred()], 'svg');
    expect(svg.match(/class="node /g)).toHaveLength(100);
    expect(svg.match(/class="arrow"/g)?.length).toBeLessThan(20);
  });

  it('makes one page that loads nothing, and says all in words too', async () => {
    const page = await printGraphs([story, hundred()], 'html');
    expect(page).toContain("default-src 'none'");
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/(?:src|href)=|https?:/);
    expect(page.match(/<tr data-row=/g)).toHaveLength(104);
    expect(page).toContain('flux-system/ghost (not there)');
  });

  it('escapes what comes from the repository', async () => {
    const odd = graph([node('a<script>"', { path: '</svg><b>', reason: '"><i>', state: 'failed' })]);
    for (const format of ['svg', 'html'] as const) {
      const printed = await printGraphs([odd], format);
      expect(printed).not.toContain('<b>');
      expect(printed).not.toContain('"><i>');
      expect(printed).not.toContain('a<script>');
    }
    expect(await printGraphs([odd], 'mermaid')).toContain('a#60;script#62;#34;');
  });

  it('prints Mermaid with boxes, order, moves and classes', async () => {
    expect(await printGraphs([story], 'mermaid')).toBe(`flowchart LR
  subgraph k0s["applied by flux-system/flux-system"]
    k0["flux-system/flux-system<br/>./clusters/test<br/>3 objects"]
    k1["flux-system/infrastructure<br/>./apps/infrastructure<br/>3 objects<br/>1 deleted"]
    k2["flux-system/cilium<br/>./apps/cilium<br/>3 objects"]
    k3["flux-system/late<br/>./apps/late<br/>3 objects"]
  end
  k2 --> k3
  k1 -. "2 move" .-> k2
  class k1 loses
  class k2 added
  classDef loses stroke:#c0262d,stroke-width:2px
  classDef added stroke:#1a7f4b,stroke-width:2px
  classDef unclear stroke:#9a5b00,stroke-dasharray:4 3
`);
  });

  it('prints a tree for a terminal', async () => {
    const text = await printGraphs([story], 'text');
    expect(text).toContain('clusters/test at a1b2c3d4e -> the working tree: unsafe');
    expect(text).toContain(
      '├─ flux-system/infrastructure  ./apps/infrastructure, 3 objects, removed, 1 deleted',
    );
    expect(text).toContain('└─ flux-system/late');
    expect(text).toContain('after flux-system/cilium, flux-system/ghost (not there)');
  });
});
