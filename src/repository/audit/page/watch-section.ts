import { html, type Markup } from '../../../page/html.ts';
import type { Audit, AuditedFile, FormerFile } from '../audit.ts';
import { canOpen, soleKeys } from '../audit-text.ts';
import { CommandPaths } from '../command-paths.ts';
import { grouped } from '../grouped.ts';
import { counted, type Labels } from '../labels.ts';

const shown = 8;

/** What deserves a look, with what to do; nothing where all is well. */
export function watchSection(audit: Audit, labels: Labels): Markup {
  const commands = new CommandPaths(audit.root, audit.root);
  const items = [
    ...audit.configurationProblems.map(
      (problem) => html`<li class="bad"><b>A configuration cannot be read</b>: ${problem}</li>`,
    ),
    ...former(audit, labels, commands),
    ...toChange(audit, labels),
    ...plain(audit),
    ...one(audit, labels, commands),
    ...stale(audit, labels, commands),
    ...missing(audit, labels, commands),
    ...broken(audit),
    ...hidden(audit, labels, commands),
    ...shared(audit, commands),
  ];
  const unseen =
    audit.history === null
      ? html`<p class="soft">The history was not looked at: <code>sopskit keys audit --history --html FILE</code> finds who was taken out and can still read.</p>`
      : null;
  if (items.length === 0)
    return html`<section class="watch"><h2>To look at</h2><p class="${unseen === null ? 'fine' : 'soft'}">Nothing stands out in the files of today.</p>${unseen}</section>`;
  return html`<section class="watch"><h2>To look at</h2><ul class="sheet">${items}</ul>${unseen}<p class="soft">Commands are for the repository&rsquo;s top.</p></section>`;
}

function former({ history }: Audit, labels: Labels, commands: CommandPaths): Markup[] {
  const found = (history?.former ?? [])
    .map(({ id, files }) => ({ id, files: files.filter(({ reads }) => reads !== 'then') }))
    .filter(({ files }) => files.length > 0);
  if (found.length === 0) return [];
  const files = [...new Set(found.flatMap((each) => each.files.map(({ path }) => path)))];
  const isSure = found.every((each) => each.files.every(({ reads }) => reads === 'now'));
  const who = found.map((each) => `${labels.of(each.id)} (${counted(each.files.length, 'file')})`);
  const have = found.length === 1 ? 'has' : 'have';
  return [
    html`<li class="bad"><b>${counted(found.length, 'former recipient')} ${isSure ? `still ${have}` : 'may still have'} data keys</b>: ${some(who)}. Give new ones, and then change the values, in ${paths(files)}: <code>sopskit rotate -i ${commands.all(files)}</code></li>`,
  ];
}

/** What former recipients know: a new data key does not help there. */
function toChange({ history }: Audit, labels: Labels): Markup[] {
  const found = (history?.former ?? [])
    .map(({ id, files }) => ({ id, files: files.filter(isKnown) }))
    .filter(({ files }) => files.length > 0);
  if (found.length === 0) return [];
  const files = [...new Set(found.flatMap((each) => each.files.map(({ path }) => path)))];
  const who = found.map((each) => labels.of(each.id));
  return [
    html`<li class="bad"><b>What a former recipient could read is, or may be, in ${counted(files.length, 'file')} of today</b> (${some(who)}): ${paths(files)}. These values have to be changed where they are used; which ones stands below.</li>`,
  ];
}

function isKnown({ reads, values, basis }: FormerFile): boolean {
  return reads !== 'now' && (basis === 'unknown' || (values ?? []).length > 0);
}

function plain({ history }: Audit): Markup[] {
  const found = history?.plain ?? [];
  if (found.length === 0) return [];
  return [
    html`<li class="bad"><b>The history has plaintext of ${counted(found.length, 'file')}</b>: ${paths(found.map(({ path }) => path))}. Whoever has a clone can read that: change the values.</li>`,
  ];
}

function shared({ sharedDataKeys }: Audit, commands: CommandPaths): Markup[] {
  const found = sharedDataKeys.filter(({ hiddenReaders }) => hiddenReaders.length === 0);
  if (found.length === 0) return [];
  const files = found.flatMap((each) => each.files);
  return [
    html`<li class="warn"><b>${counted(files.length, 'file')} share their data keys</b>: ${paths(files)}. One for each: <code>sopskit rotate -i ${commands.all(files)}</code></li>`,
  ];
}

function one({ files }: Audit, labels: Labels, commands: CommandPaths): Markup[] {
  const found = files.filter(({ keysToLose }) => keysToLose === 1);
  if (found.length === 0) return [];
  const who = [...new Set(found.flatMap(({ groups }) => soleKeys(groups)))];
  return [
    html`<li class="warn"><b>${counted(found.length, 'file')} can be lost with one key</b> (${some(who.map((id) => labels.of(id)))}): ${pathsOf(found)}. Name a second recipient in <code>.sops.yaml</code>, such as a recovery key that is kept offline, and run <code>sopskit updatekeys ${commands.all(found.map(({ path }) => path))}</code></li>`,
  ];
}

function stale({ recipients, files }: Audit, labels: Labels, commands: CommandPaths): Markup[] {
  const found = recipients.filter(({ inRules }) => inRules === false);
  if (found.length === 0) return [];
  const who = found.map(({ id, files: count }) => `${labels.of(id)} (${counted(count, 'file')})`);
  const ids = new Set(found.map(({ id }) => id));
  const listing = files.filter(({ groups }) => groups.flat().some((id) => ids.has(id)));
  return [
    html`<li class="bad"><b>${counted(found.length, 'recipient')} in no rule</b>: ${some(who)}. Take ${found.length === 1 ? 'it' : 'them'} out with <code>sopskit rekey ${commands.all(listing.map(({ path }) => path))}</code>, or name ${found.length === 1 ? 'it' : 'them'} in <code>.sops.yaml</code>.</li>`,
  ];
}

function missing({ files }: Audit, labels: Labels, commands: CommandPaths): Markup[] {
  const found = files.filter(({ rule }) => rule !== null && rule.missing.length > 0);
  if (found.length === 0) return [];
  const who = [...new Set(found.flatMap(({ rule }) => rule?.missing ?? []))];
  return [
    html`<li class="warn"><b>${counted(found.length, 'file')} cannot be read by all whom the rule names</b> (${some(who.map((id) => labels.of(id)))}): ${pathsOf(found)}. To add them: <code>sopskit updatekeys ${commands.all(found.map(({ path }) => path))}</code></li>`,
  ];
}

function broken({ files }: Audit): Markup[] {
  const found = files.filter(({ opens }) => opens === 'broken');
  if (found.length === 0) return [];
  return [
    html`<li class="bad"><b>${counted(found.length, 'file')} should open with a key here and ${found.length === 1 ? 'does' : 'do'} not</b>: ${pathsOf(found)}. <code>sopskit keys doctor FILE</code> says why.</li>`,
  ];
}

function hidden({ sharedDataKeys }: Audit, labels: Labels, commands: CommandPaths): Markup[] {
  const readers = sharedDataKeys.flatMap(({ hiddenReaders, evidence }) =>
    hiddenReaders.map((reader) => ({ ...reader, evidence })),
  );
  return [...grouped(readers, ({ id }) => id)].map(
    ([id, all]) =>
      html`<li class="bad"><b>${labels.of(id)} is not listed, and ${all.every(({ evidence }) => canOpen({ evidence }) === 'can open it') ? 'can' : 'probably can'} open</b> ${paths(all.flatMap(({ files }) => files))}: another file has the same data key. A new one: <code>sopskit rotate -i ${commands.all(all.flatMap(({ files }) => files))}</code></li>`,
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
