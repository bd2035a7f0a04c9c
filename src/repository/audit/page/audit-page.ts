import { html, type Markup } from '../../../page/html.ts';
import { printPage } from '../../../page/page.ts';
import type { Audit } from '../audit.ts';
import { counted, Labels } from '../labels.ts';
import { auditScript } from './audit-script.ts';
import { auditStyle } from './audit-style.ts';
import { formerSection } from './former-section.ts';
import { matrixSection } from './matrix-section.ts';
import { recipientsSection } from './recipients-section.ts';
import { sharedSection } from './shared-section.ts';
import { watchSection } from './watch-section.ts';

/** Prints an audit as one page. What can be read from it needs no script; the script filters the table. */
export function auditPage(audit: Audit): string {
  const labels = new Labels(audit);
  const name = audit.root.split(/[/\\]/).findLast((part) => part !== '') ?? audit.root;
  return printPage({
    title: `Who can decrypt what: ${name}`,
    style: auditStyle,
    script: auditScript,
    body: html`<header>
<h1>Who can decrypt what: <bdi>${name}</bdi></h1>
<p class="soft"><span class="path"><bdi>${audit.root}</bdi></span> &middot; as the files say, ${moment(audit.at)}</p>
${cards(audit)}
</header>
<main>
${watchSection(audit, labels)}
${matrixSection(audit, labels)}
${recipientsSection(audit)}
${formerSection(audit, labels)}
${sharedSection(audit, labels)}
${notesSection(audit)}
</main>
<footer class="soft"><p>Made by sopskit keys audit. This page names files, recipients and tree paths; it holds no secret value and no private key. A file says for whom its data key was wrapped; that a name is right, nobody proves.</p></footer>`,
  });
}

function cards({ files, recipients, history }: Audit): Markup {
  const open = files.filter(({ opens }) => opens === 'yes').length;
  const one = files.filter(({ keysToLose }) => keysToLose === 1).length;
  const stale = recipients.filter(({ inRules }) => inRules === false).length;
  const hasRules = recipients.some(({ inRules }) => inRules !== null);
  const former = history?.former.length ?? null;
  return html`<ul class="cards">
${card(files.length, files.length === 1 ? 'encrypted file' : 'encrypted files', 'plain')}
${card(recipients.length, recipients.length === 1 ? 'recipient' : 'recipients', 'plain')}
${files.some(({ opens }) => opens === 'untried') ? null : card(open, 'open with a key here', open > 0 ? 'good' : 'plain')}
${card(one, 'one lost key from loss', one > 0 ? 'warn' : 'good')}
${hasRules ? card(stale, stale === 1 ? 'recipient in no rule' : 'recipients in no rule', stale > 0 ? 'bad' : 'good') : null}
${former === null ? null : card(former, former === 1 ? 'former recipient' : 'former recipients', former > 0 ? 'bad' : 'good')}
</ul>`;
}

function card(count: number, what: string, tone: 'good' | 'warn' | 'bad' | 'plain'): Markup {
  return html`<li class="sheet ${tone}"><b>${count}</b> <span>${what}</span></li>`;
}

function notesSection({ unreadable, notes, configurationProblems }: Audit): Markup | null {
  if (unreadable.length + notes.length + configurationProblems.length === 0) return null;
  return html`<section><h2>Limits of this audit</h2><ul>
${unreadable.map(({ path, reason }) => html`<li><span class="path"><bdi>${path}</bdi></span> could not be read: ${reason}</li>`)}
${configurationProblems.map((problem) => html`<li>A configuration cannot be read: ${problem}</li>`)}
${notes.map((note) => html`<li>${note}</li>`)}
</ul>${unreadable.length > 0 ? html`<p>Nothing is said here of ${counted(unreadable.length, 'file')}.</p>` : null}</section>`;
}

function moment(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}
