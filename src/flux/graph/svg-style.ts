/** What the picture looks like; colours from variables, so that a page's own can stand in for them. */
export const graphStyle: string = `
.flux-graph { font-family: system-ui, -apple-system, "Segoe UI", "Liberation Sans", "DejaVu Sans", sans-serif; }
.flux-graph text { fill: var(--ink); }
.flux-graph .soft { fill: var(--soft); }
.flux-graph .name { font-size: 13px; font-weight: 600; }
.flux-graph .small { font-size: 10.5px; }
.flux-graph .frame { fill: var(--ground); stroke: var(--line); }
.flux-graph .block { fill: none; stroke: var(--line); stroke-dasharray: 2 4; }
.flux-graph .card { fill: var(--sheet); stroke: var(--line); }
.flux-graph .failed .card { stroke: var(--bad); stroke-width: 2; }
.flux-graph .unknown .card { stroke: var(--warn); stroke-dasharray: 5 3; }
.flux-graph .added .card { stroke: var(--good); stroke-width: 2; }
.flux-graph .removed .card { stroke: var(--bad); stroke-dasharray: 5 3; fill: var(--bad-ground); }
.flux-graph .removed .name { text-decoration: line-through; }
.flux-graph .loses .card { fill: var(--bad-ground); stroke: var(--bad); }
.flux-graph .bad { fill: var(--bad); font-weight: 600; }
.flux-graph .good { fill: var(--good); font-weight: 600; }
.flux-graph .warn { fill: var(--warn); font-weight: 600; }
.flux-graph .order { fill: none; stroke: var(--soft); stroke-width: 1.2; opacity: .75; }
.flux-graph .move { fill: none; stroke: var(--accent); stroke-width: 2; stroke-dasharray: 6 3; }
.flux-graph .move-at-risk { fill: none; stroke: var(--bad); stroke-width: 2.4; stroke-dasharray: 6 3; }
.flux-graph .head-order { fill: var(--soft); }
.flux-graph .head-move { fill: var(--accent); }
.flux-graph .head-move-at-risk { fill: var(--bad); }
.flux-graph .plate { fill: var(--sheet); opacity: .9; }
`;

/** Colours for a picture that stands alone. */
export const ownColours: string = `
.flux-graph {
  --ground: #f6f7f9; --sheet: #ffffff; --ink: #1b1f24; --soft: #59636e; --line: #c3cad2;
  --good: #1a7f4b; --warn: #9a5b00; --bad: #c0262d; --accent: #2459b8; --bad-ground: #fde7e7;
  background: #ffffff;
}
`;
