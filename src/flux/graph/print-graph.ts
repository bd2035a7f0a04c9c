import { drawSvg } from './draw-svg.ts';
import type { FluxGraph } from './graph.ts';
import { graphText } from './graph-text.ts';

export type GraphFormat = 'text' | 'svg' | 'html' | 'mermaid' | 'json';

/**
 * Prints graphs. `svg` holds one cluster: of several the first is drawn, so callers choose. `json`: the array of
 * `FluxGraph`.
 */
export async function printGraphs(graphs: readonly FluxGraph[], format: GraphFormat): Promise<string> {
  switch (format) {
    case 'text':
      return graphs.map(graphText).join('\n');
    case 'json':
      return `${JSON.stringify({ graphs }, null, 2)}\n`;
    case 'html':
      return (await import('./graph-page.ts')).graphPage(graphs);
    case 'mermaid': {
      const { printMermaid } = await import('./mermaid.ts');
      return graphs.map(printMermaid).join('\n');
    }
    case 'svg': {
      const pictures = await Promise.all(graphs.slice(0, 1).map((graph) => drawSvg(graph, { alone: true })));
      return pictures.map(({ text }) => `${text}\n`).join('');
    }
  }
}
