import { html, type Markup } from '../../../page/html.ts';
import { shellWord } from '../../check/shell-word.ts';
import type { Audit, FormerFile, FormerRecipient } from '../audit.ts';
import { counted, type Labels } from '../labels.ts';

/** So many files of a person are in sight; the others unfold. */
const shown = 12;

/** Who was removed and can still read what; nothing without history. */
export function formerSection({ history }: Audit, labels: Labels): Markup | null {
  if (history === null) return null;
  const looked = `${counted(history.versions, 'version')} of encrypted files in ${history.range}`;
  if (history.former.length === 0)
    return html`<section><h2>Former recipients</h2><p class="fine">None in ${looked}.</p></section>`;
  return html`<section><h2>Former recipients</h2>
<p>Found in ${looked}. Whoever kept a data key reads everything that is sealed with it; old commits stay readable for whom they were encrypted. What has not changed since then has to be changed where it is used.</p>
${history.former.map((former) => personMarkup(former, labels))}</section>`;
}

function personMarkup({ id, elsewhere, files, gone }: FormerRecipient, labels: Labels): Markup {
  const now = files.filter(({ reads }) => reads === 'now');
  return html`<div class="person sheet"><h3><bdi>${labels.of(id)}</bdi> ${
    now.length > 0 ? html`<span class="tag bad">still reads ${counted(now.length, 'file')}</span>` : null
  } ${elsewhere ? html`<span class="tag plain">still a recipient of other files</span>` : null}</h3>
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

function fileMarkup({ path, reads, last, listed, values, basis }: FormerFile): Markup {
  const until = listed === null ? '' : `, last listed in ${moment(listed)}`;
  const what =
    reads === 'now'
      ? `reads it now${until}`
      : `read it up to ${last === null ? 'now' : moment(last)}${until}`;
  return html`<li><span class="path"><bdi>${path}</bdi></span> <span class="tag ${reads === 'now' ? 'bad' : 'warn'}">${what}</span>${
    reads === 'now' ? html` First a new data key: <code>sopskit rotate -i ${shellWord(path)}</code>.` : null
  } ${valuesMarkup(values, basis)}</li>`;
}

function valuesMarkup(values: FormerFile['values'], basis: FormerFile['basis']): Markup {
  if (basis === 'unknown')
    return html`Which values are still the same cannot be told without a key: change all.`;
  if (values === null || values.length === 0) return html`No value is the same since then.`;
  const list = html`${values.map((value) => html`<code>${value}</code> `)}`;
  if (values.length <= 8) return html`To be changed: ${list}`;
  return html`<details><summary>To be changed: ${counted(values.length, 'value')}</summary>${list}</details>`;
}

function moment({ commit, time }: { readonly commit: string; readonly time: string }): string {
  return `${commit.slice(0, 10)} (${time.slice(0, 10)})`;
}
