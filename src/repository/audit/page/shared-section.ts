import { html, type Markup } from '../../../page/html.ts';
import type { Audit, SharedDataKey } from '../audit.ts';
import { canOpen, evidenceText } from '../audit-text.ts';
import type { Labels } from '../labels.ts';
import { copiedValues } from '../shared.ts';

/** Data keys and values that several files have. */
export function sharedSection({ sharedDataKeys, sharedValues }: Audit, labels: Labels): Markup | null {
  if (sharedDataKeys.length + sharedValues.length === 0) return null;
  return html`<section><h2>Shared by several files</h2>
<p>Files with one data key open together: whoever can open one of them can open all. <code>sopskit rotate</code> gives a file its own.</p>
${sharedDataKeys.map((shared) => keyMarkup(shared, labels))}${copiedValues(sharedValues).map(
  ({ files, values }) =>
    html`<div class="person sheet"><h3>The same encrypted values</h3>${pathList(files)}<p>${values.map((value) => html`<code>${value}</code> `)}</p></div>`,
)}</section>`;
}

function keyMarkup({ files, evidence, hiddenReaders }: SharedDataKey, labels: Labels): Markup {
  return html`<div class="person sheet"><h3>One data key for ${files.length} files <span class="tag plain">${evidenceText[evidence]}</span></h3>${pathList(files)}${hiddenReaders.map(
    ({ id, files: hidden }) =>
      html`<p><b>${labels.of(id)}</b> is not listed in ${hidden.length === 1 ? 'one' : hidden.length} of them, and ${canOpen({ evidence })}.</p>`,
  )}</div>`;
}

function pathList(files: readonly string[]): Markup {
  return html`<p>${files.map((path) => html`<span class="path"><bdi>${path}</bdi></span><br>`)}</p>`;
}
