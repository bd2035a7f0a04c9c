import { html, type Markup } from '../../../page/html.ts';
import type { Audit, AuditedFile, DataKeyAge } from '../audit.ts';
import { ageText, togetherText } from '../audit-text.ts';
import { grouped } from '../grouped.ts';
import type { Labels } from '../labels.ts';
import { folderOf } from '../recipients.ts';
import { Cells, cellMarkup } from './cells.ts';

interface Column {
  readonly id: string;
  readonly count: number;
  readonly tone: 'held' | 'stale' | 'former' | 'plain';
}

/** The table recipients × files, grouped by folder. */
export function matrixSection(audit: Audit, labels: Labels): Markup | null {
  const { files } = audit;
  if (files.length === 0) return null;
  const columns = columnsOf(audit);
  const cells = new Cells(audit);
  const used = cells.used(
    files,
    columns.map(({ id }) => id),
  );
  return html`<section><h2>Files and recipients</h2>
${filterForm(columns, labels)}
<ul class="legend" aria-label="What the signs mean">${used.map(({ name, about }) => html`<li><i class="${name}"></i> ${about}</li>`)}</ul>
<div class="frame sheet" role="region" aria-label="Files and recipients" tabindex="0"><table class="matrix" id="matrix">
<colgroup><col>${columns.map(({ tone }) => html`<col class="${tone}">`)}<col><col></colgroup>
<thead><tr><th scope="col">File</th>${columns.map((column) => headCell(column, labels))}<th scope="col" class="opens">Opens here</th><th scope="col" class="since">Data key since</th></tr></thead>
${[...grouped(files, ({ path }) => folderOf(path))].map(([folder, group]) => folderBody(folder, group, columns, cells, labels))}
</table></div></section>`;
}

/** Former recipients that no file lists any more stand behind the others. */
function columnsOf({ recipients, history }: Audit): Column[] {
  const today = recipients.map(
    ({ id, files, inRules, held }): Column => ({
      ...{ id, count: files },
      tone: inRules === false ? 'stale' : held === null ? 'plain' : 'held',
    }),
  );
  const former = (history?.former ?? [])
    .filter(({ elsewhere, files }) => !elsewhere && files.length > 0)
    .map(({ id, files }): Column => ({ id, count: files.length, tone: 'former' }));
  return [...today, ...former];
}

const toneText = {
  held: ' (its key is here)',
  stale: ' (in no rule)',
  former: ' (former)',
  plain: '',
} as const;

function headCell({ id, count, tone }: Column, labels: Labels): Markup {
  return html`<th scope="col" class="who ${tone}" title="${id.slice(0, 120)}${toneText[tone]}"><span><bdi>${labels.of(id)}</bdi></span><small>${count}</small></th>`;
}

function folderBody(
  folder: string,
  files: readonly AuditedFile[],
  columns: readonly Column[],
  cells: Cells,
  labels: Labels,
): Markup {
  return html`<tbody>
<tr class="folder"><th scope="rowgroup" colspan="${columns.length + 3}"><span class="path"><bdi>${folder === '.' ? './' : `${folder}/`}</bdi></span> <small>${files.length}</small></th></tr>
${files.map((file) => fileRow(file, columns, cells, labels))}</tbody>`;
}

function fileRow(file: AuditedFile, columns: readonly Column[], cells: Cells, labels: Labels): Markup {
  const { path, opens, keysToLose, rule, groups } = file;
  const differs = rule !== null && rule.extra.length + rule.missing.length > 0;
  const traits = [`here-${opens}`, ...(keysToLose === 1 ? ['one'] : []), ...(differs ? ['differs'] : [])];
  return html`<tr class="${traits.join(' ')}"><th scope="row" class="path"><bdi>${path.slice(path.lastIndexOf('/') + 1)}</bdi>${
    keysToLose === 1 ? html` <span class="tag warn">one key</span>` : null
  }${groups.length > 1 ? html` <span class="tag plain" title="${togetherText(file, labels)}">${file.needed} of ${groups.length} groups</span>` : null}</th>${columns.map(({ id }) => cellMarkup(cells.of(file, id)))}<td class="opens">${opensText[opens]}</td>${sinceCell(file.dataKey)}</tr>
`;
}

const opensText = { yes: 'yes', ask: 'if asked', broken: 'broken', no: 'no', untried: '–' } as const;

function sinceCell(age: DataKeyAge): Markup {
  const day = age.since?.slice(0, 10) ?? (age.source === 'worktree' ? 'new' : '?');
  return html`<td class="since" title="${ageText(age)}">${age.source === 'lastmodified' ? `≤ ${day}` : day}</td>`;
}

/** Hidden until the script is there to serve it. */
function filterForm(columns: readonly Column[], labels: Labels): Markup {
  return html`<form class="filter screen" id="filter" hidden>
<label>Filter <input type="search" id="words" placeholder="folder or file" autocomplete="off"></label>
<label>Recipient <select id="who"><option value="">all</option>${columns.map(({ id }, index) => html`<option value="${index + 1}">${labels.of(id)}</option>`)}</select></label>
<label><input type="checkbox" value="here-yes"> opens here</label>
<label><input type="checkbox" value="one"> one key only</label>
<label><input type="checkbox" value="differs"> differs from its rule</label>
<output id="count" class="soft"></output>
</form>`;
}
