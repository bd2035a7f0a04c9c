import { html, type Markup } from '../../page/html.ts';
import type { GraphNode } from './graph.ts';
import type { Rectangle } from './layout.ts';

/** Draws one Kustomization: name, path, what is in it, what becomes of it. */
export function drawCard(node: GraphNode, { x, y, width, height }: Rectangle, plain: PlainSource): Markup {
  const { name, namespace, path, presence, state, change } = node;
  const loses = change.deleted + change.orphaned > 0 ? ' loses' : '';
  const shown = namespace === 'flux-system' ? name : `${namespace}/${name}`;
  // of a long one the name counts, at whose end those of one family differ
  const title = shown.length > 28 ? shortened(name, 28, 'start') : shown;
  return html`<g class="node ${state} ${presence}${loses}" data-key="${node.key}">
<title>${titleOf(node)}</title>
<rect class="card" x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>
<text class="name" x="${x + 11}" y="${y + 19}">${title}</text>
<text class="small soft" x="${x + 11}" y="${y + 34}">${shortened(path === '' ? './' : `./${path}`, 38, 'start')}</text>
<text class="small" x="${x + 11}" y="${y + 51}">${marksOf(node, plain).map(({ text, tone }, at) => html`<tspan class="${tone}">${at === 0 ? '' : ' \u00b7 '}${text}</tspan>`)}</text>
</g>`;
}

/** The source that goes without saying: nearly all have it. */
export interface PlainSource {
  readonly key: string;
}

interface Mark {
  readonly text: string;
  readonly tone: 'soft' | 'bad' | 'good' | 'warn';
}

function marksOf(node: GraphNode, plain: PlainSource): Mark[] {
  const { change, presence, state, objects } = node;
  const marks: Mark[] = [];
  const say = (text: string, tone: Mark['tone'] = 'soft') => marks.push({ text, tone });
  if (presence === 'removed') say('removed', 'bad');
  if (presence === 'added') say('new', 'good');
  if (state !== 'built') say(state, state === 'failed' ? 'bad' : 'warn');
  if (change.deleted > 0) say(`${change.deleted} deleted`, 'bad');
  if (change.orphaned > 0) say(`${change.orphaned} orphaned`, 'bad');
  if (change.created > 0 && presence !== 'added') say(`+${change.created}`, 'good');
  if (change.changed > 0) say(`~${change.changed}`);
  if (objects !== null) say(objects === 1 ? '1 object' : `${objects} objects`);
  if (node.suspended) say('suspended', 'warn');
  if (!node.prunes) say('prune off', 'warn');
  if (node.missing.length > 0) say('dependency missing', 'bad');
  if (node.source !== plain.key) say(node.source.split('/').at(-1) ?? '', 'warn');
  if (node.decrypts) say('sops');
  return fitting(marks);
}

/** As many as a card is wide; the first are the gravest. */
function fitting(marks: readonly Mark[]): Mark[] {
  let used = 0;
  return marks.filter(({ text }) => {
    used += text.length + 3;
    return used <= 42;
  });
}

/** What a pointer shows, and a screen reader reads. */
function titleOf(node: GraphNode): string {
  const { change } = node;
  return [
    `Kustomization ${node.key}, path ./${node.path}, source ${node.source}`,
    node.objects === null ? '' : `${node.objects} objects`,
    node.dependsOn.length > 0 ? `waits for ${node.dependsOn.join(', ')}` : '',
    node.missing.length > 0 ? `waits for ${node.missing.join(', ')}, which is not there` : '',
    [node.prunes ? '' : 'does not prune', node.suspended ? 'suspended' : ''].filter(Boolean).join(', '),
    node.reason === '' ? '' : `${node.state}: ${node.reason}`,
    ...change.losses.slice(0, 12),
    change.losses.length > 12 ? `and ${change.losses.length - 12} more` : '',
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/** Cuts a text that is longer than a card is wide. */
function shortened(text: string, length: number, cut: 'start' | 'end' = 'end'): string {
  if (text.length <= length) return text;
  return cut === 'end' ? `${text.slice(0, length - 1)}\u2026` : `\u2026${text.slice(1 - length)}`;
}
