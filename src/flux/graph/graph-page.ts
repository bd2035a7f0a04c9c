import { html, type Markup } from '../../page/html.ts';
import { printPage } from '../../page/page.ts';
import { counted, drawSvg } from './draw-svg.ts';
import type { FluxGraph, GraphNode } from './graph.ts';
import { graphPageScript, graphPageStyle } from './graph-page-style.ts';
import { graphStyle } from './svg-style.ts';

/** Prints graphs as one self-contained page: each as a picture, and as a table that says all of it in words. */
export async function graphPage(graphs: readonly FluxGraph[]): Promise<string> {
  const sections = await Promise.all(graphs.map(section));
  return printPage({
    title: `Kustomizations: ${graphs.map(({ cluster }) => cluster).join(', ')}`,
    style: graphStyle + graphPageStyle,
    script: graphPageScript,
    body: html`<header><h1>What Flux applies, and in which order</h1>
<p class="screen"><label>Find <input type="search" id="find" placeholder="a name or a path"></label>
<span class="soft">Point at a Kustomization to see what it waits for.</span></p></header>
<main>${sections}</main>
<footer class="soft"><p>Made by sopskit flux graph. A box holds what its Kustomization applies. An arrow goes from what has to be Ready to what waits for it; arrows that follow from others are left out of the picture, not of the table.</p></footer>`,
  });
}

async function section(graph: FluxGraph): Promise<Markup> {
  const picture = await drawSvg(graph, { alone: false });
  return html`<section><h2><bdi>${graph.cluster}</bdi> ${answerTag(graph)}</h2>
<p class="soft">${counted(graph.nodes.length, 'Kustomization')} at ${graph.states.join(' \u2192 ')}</p>
${losses(graph)}
<div class="sheet picture">${picture}</div>
<h3>In words</h3>
<div class="sheet words"><table><thead><tr><th>Kustomization</th><th>Path</th><th>Source</th><th>Applied by</th><th>Waits for</th><th>Objects</th><th>Remarks</th></tr></thead>
<tbody>${graph.nodes.map(row)}</tbody></table></div></section>`;
}

function answerTag({ answer }: FluxGraph): Markup | null {
  if (answer === null) return null;
  const tone = answer === 'safe' ? 'good' : answer === 'unknown' ? 'warn' : 'bad';
  return html`<span class="tag ${tone}">${answer}</span>`;
}

function losses({ nodes }: FluxGraph): Markup | null {
  const losing = nodes.filter(({ change }) => change.losses.length > 0);
  if (losing.length === 0) return null;
  return html`<ul class="losses">${losing.map(
    ({ key, change }) =>
      html`<li><bdi>${key}</bdi><ul>${change.losses.map((text) => html`<li>${text}</li>`)}</ul></li>`,
  )}</ul>`;
}

function row(node: GraphNode): Markup {
  const waits = [...node.dependsOn, ...node.missing.map((name) => `${name} (not there)`)];
  return html`<tr data-row="${node.key}"><td><bdi>${node.key}</bdi></td><td class="path"><bdi>./${node.path}</bdi></td><td>${node.source}</td><td>${node.parent ?? ''}</td><td>${waits.join(', ')}</td><td>${node.objects ?? '?'}</td><td>${remarks(node).join('; ')}</td></tr>`;
}

function remarks(node: GraphNode): string[] {
  const { change } = node;
  return [
    node.presence === 'stays' ? '' : node.presence,
    node.suspended ? 'suspended' : '',
    node.prunes ? '' : 'does not prune',
    node.decrypts ? 'decrypts' : '',
    node.state === 'built' ? '' : `${node.state}: ${node.reason}`,
    change.created > 0 ? `${change.created} created` : '',
    change.changed > 0 ? `${change.changed} changed` : '',
    change.deleted > 0 ? `${change.deleted} deleted` : '',
    change.orphaned > 0 ? `${change.orphaned} orphaned` : '',
  ].filter((text) => text !== '');
}
