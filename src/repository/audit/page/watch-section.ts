import { html, type Markup } from '../../../page/html.ts';
import type { Audit, AuditedFile } from '../audit.ts';
import { soleKeys } from '../audit-text.ts';
import { grouped } from '../grouped.ts';
import { counted, type Labels } from '../labels.ts';

const shown = 8;

/** What deserves a look, with what to do; nothing where all is well. */
export function watchSection(audit: Audit, labels: Labels): Markup {
  const items = [
    ...former(audit, labels),
    ...one(audit, labels),
    ...stale(audit, labels),
    ...missing(audit, labels),
    ...broken(audit),
    ...hidden(audit, labels),
  ];
  if (items.length === 0)
    return html`<section class="watch"><h2>To look at</h2><p class="fine">Nothing stands out.</p></section>`;
  return html`<section class="watch"><h2>To look at</h2><ul class="sheet">${items}</ul></section>`;
}

function former({ history }: Audit, labels: Labels): Markup[] {
  const found = (history?.former ?? [])
    .map(({ id, files }) => ({ id, files: files.filter(({ reads }) => reads === 'now') }))
    .filter(({ files }) => files.length > 0);
  if (found.length === 0) return [];
  const files = [...new Set(found.flatMap((each) => each.files.map(({ path }) => path)))];
  const who = found.map((each) => `${labels.of(each.id)} (${counted(each.files.length, 'file')})`);
  return [
    html`<li class="bad"><b>${counted(found.length, 'former recipient')} still ${found.length === 1 ? 'has' : 'have'} data keys</b>: ${some(who)}. Give new ones with <code>sopskit rotate</code>, and change the values, in ${paths(files)}.</li>`,
  ];
}

function one({ files }: Audit, labels: Labels): Markup[] {
  const found = files.filter(({ keysToLose }) => keysToLose === 1);
  if (found.length === 0) return [];
  const who = [...new Set(found.flatMap(({ groups }) => soleKeys(groups)))];
  return [
    html`<li class="warn"><b>${counted(found.length, 'file')} can be lost with one key</b> (${some(who.map((id) => labels.of(id)))}): ${pathsOf(found)}. Add a second recipient, such as a recovery key that is kept offline.</li>`,
  ];
}

function stale({ recipients }: Audit, labels: Labels): Markup[] {
  const found = recipients.filter(({ inRules }) => inRules === false);
  if (found.length === 0) return [];
  const who = found.map(({ id, files }) => `${labels.of(id)} (${counted(files, 'file')})`);
  return [
    html`<li class="bad"><b>${counted(found.length, 'recipient')} in no rule</b>: ${some(who)}. Take ${found.length === 1 ? 'it' : 'them'} out with <code>sopskit rekey</code>, or name ${found.length === 1 ? 'it' : 'them'} in <code>.sops.yaml</code>.</li>`,
  ];
}

function missing({ files }: Audit, labels: Labels): Markup[] {
  const found = files.filter(({ rule }) => rule !== null && rule.missing.length > 0);
  if (found.length === 0) return [];
  const who = [...new Set(found.flatMap(({ rule }) => rule?.missing ?? []))];
  return [
    html`<li class="warn"><b>${counted(found.length, 'file')} cannot be read by all whom the rule names</b> (${some(who.map((id) => labels.of(id)))}): ${pathsOf(found)}. <code>sopskit updatekeys</code> adds them.</li>`,
  ];
}

function broken({ files }: Audit): Markup[] {
  const found = files.filter(({ opens }) => opens === 'broken');
  if (found.length === 0) return [];
  return [
    html`<li class="bad"><b>${counted(found.length, 'file')} should open with a key here and ${found.length === 1 ? 'does' : 'do'} not</b>: ${pathsOf(found)}. <code>sopskit keys doctor FILE</code> says why.</li>`,
  ];
}

function hidden({ sharedDataKeys }: Audit, labels: Labels): Markup[] {
  const readers = sharedDataKeys.flatMap(({ hiddenReaders }) => hiddenReaders);
  return [...grouped(readers, ({ id }) => id)].map(
    ([id, all]) =>
      html`<li class="bad"><b>${labels.of(id)} is not listed, and can open</b> ${paths(all.flatMap(({ files }) => files))}: another file has the same data key. Give a new one with <code>sopskit rotate</code>.</li>`,
  );
}

function pathsOf(files: readonly AuditedFile[]): Markup {
  return paths(files.map(({ path }) => path));
}

function some(all: readonly string[]): string {
  const more = all.length > shown ? ` and ${all.length - shown} more` : '';
  return `${all.slice(0, shown).join(', ')}${more}`;
}

function paths(all: readonly string[]): Markup {
  const more = all.length > shown ? ` and ${all.length - shown} more` : '';
  return html`${all.slice(0, shown).map((path, index) => html`${index > 0 ? ', ' : ''}<span class="path"><bdi>${path}</bdi></span>`)}${more}`;
}
