import { html, type Markup } from '../../../page/html.ts';
import type { Audit, AuditedRecipient } from '../audit.ts';

const shownFolders = 12;

/** The recipients one by one, with their keys and folders. */
export function recipientsSection({ recipients }: Audit): Markup | null {
  if (recipients.length === 0) return null;
  return html`<section><h2>Recipients</h2><div class="frame sheet"><table class="recipients">
<thead><tr><th scope="col">Name</th><th scope="col">Key</th><th scope="col" class="number">Files</th><th scope="col">Folders</th><th scope="col"></th></tr></thead>
<tbody>${recipients.map(row)}</tbody></table></div></section>`;
}

function row({ id, source, name, files, alone, folders, inRules, held }: AuditedRecipient): Markup {
  const shown = folders
    .slice(0, shownFolders)
    .map(({ folder, files: count }) => `${folder === '.' ? './' : folder} (${count})`);
  const more = folders.length > shownFolders ? [`and ${folders.length - shownFolders} more`] : [];
  return html`<tr><th scope="row"><bdi>${name ?? '–'}</bdi></th>
<td class="key">${keyText(id)} <span class="tag plain">${source}</span></td>
<td class="number">${files}</td>
<td>${[...shown, ...more].join(', ')}</td>
<td>${held === null ? null : html`<span class="tag good" title="${held}">key is here</span> `}${inRules === false ? html`<span class="tag bad">in no rule</span> ` : null}${
    alone < files ? html`<span class="tag plain">${files - alone} with others only</span>` : null
  }</td></tr>
`;
}

/** A post-quantum recipient has two thousand characters. */
function keyText(id: string): Markup {
  if (id.length <= 120) return html`<code>${id}</code>`;
  return html`<details><summary><code>${id.slice(0, 40)}&hellip;</code></summary><code>${id}</code></details>`;
}
