import { html, type Markup } from '../../../page/html.ts';
import { shellWord } from '../../check/shell-word.ts';
import type { Audit, FormerFile, FormerRecipient } from '../audit.ts';
import { moment, readsText, valuesNote } from '../former-text.ts';
import { counted, type Labels } from '../labels.ts';

/** So many files of a person are in sight; the others unfold. */
const shown = 12;

/** Who was removed and can still read what; nothing without history. */
export function formerSection({ history }: Audit, labels: Labels): Markup | null {
  if (history === null) return null;
  const looked = `${counted(history.versions, 'version')} of encrypted files in ${history.range}`;
  const more = html`${history.keptAlone.map(
    ({ path, ids }) =>
      html`<p><span class="path"><bdi>${path}</bdi></span>: ${labels.list(ids)} needs others today, and had this data key alone before. A new one: <code>sopskit rotate -i ${shellWord(path)}</code>.</p>`,
  )}${history.plain.map(
    (found) =>
      html`<p><span class="path"><bdi>${found.path}</bdi></span> stands in the history as plaintext, last in ${moment(found)}: whoever has a clone can read it. Change its values.</p>`,
  )}`;
  if (history.former.length === 0)
    return html`<section><h2>Former recipients</h2><p class="fine">None in ${looked}.</p>${more}</section>`;
  return html`<section><h2>Former recipients</h2>
<p>Found in ${looked}. Whoever kept a data key reads everything that is sealed with it; old commits stay readable for whom they were encrypted. What has not changed since then has to be changed where it is used.</p>
${history.former.map((former) => personMarkup(former, labels))}${more}</section>`;
}

function personMarkup({ id, elsewhere, files, gone }: FormerRecipient, labels: Labels): Markup {
  const now = files.filter(({ reads }) => reads === 'now');
  return html`<div class="person sheet"><h3><bdi>${labels.of(id)}</bdi> ${
    now.length > 0 ? html`<span class="tag bad">still reads ${counted(now.length, 'file')}</span>` : null
  } ${elsewhere ? html`<span class="tag plain">still a recipient of other files</span>` : null}</h3>
<p class="key"><code>${id}</code></p>
${fileList(files)}${
  gone.length === 0
    ? null
    : html`<p class="soft">Files that are gone, readable in the history: ${gone.map((path) => html`<span class="path"><bdi>${path}</bdi></span> `)}</p>`
}</div>
`;
}

function fileList(files: readonly FormerFile[]): Markup {
  const first = html`<ul>${files.slice(0, shown).map(fileMarkup)}</ul>`;
  if (files.length <= shown) return first;
  return html`${first}<details><summary>and ${files.length - shown} more</summary><ul>${files.slice(shown).map(fileMarkup)}</ul></details>`;
}

function fileMarkup(file: FormerFile): Markup {
  const { path, reads } = file;
  return html`<li><span class="path"><bdi>${path}</bdi></span> <span class="tag ${reads === 'then' ? 'warn' : 'bad'}">${tagOf(reads)}</span> ${readsText(file)}${
    reads === 'then' ? null : html` First a new data key: <code>sopskit rotate -i ${shellWord(path)}</code>.`
  } ${valuesMarkup(file)}</li>`;
}

function tagOf(reads: FormerFile['reads']): string {
  if (reads === 'now') return 'reads it now';
  return reads === 'then' ? 'read it' : 'may read it';
}

function valuesMarkup(file: FormerFile): Markup {
  const { values, basis } = file;
  const note = valuesNote(file);
  if (values === null || values.length === 0) return html`<span class="soft">${note}.</span>`;
  const rest = basis === 'part' ? ' and maybe more, as some versions do not open here' : '';
  const list = html`${values.map((value) => html`<code>${value}</code> `)}${rest}`;
  if (values.length <= 8) return html`${note ?? 'To be changed:'} ${list}`;
  return html`<details><summary>${note ?? 'To be changed:'} ${counted(values.length, 'value')}</summary>${list}</details>`;
}
