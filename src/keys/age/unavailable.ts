import { SopskitError } from '../../errors/sopskit-error.ts';
import type { System } from '../../system/system.ts';
import { comparableRecipient, shorten } from './recipient-text.ts';
import type { Attempt, Findings } from './search.ts';
import { defaultKeyFiles } from './sources/default-key-files.ts';
import type { SourceReport } from './sources/report.ts';

const maxLines = 12;

/**
 * The error for a data key that no identity opens: which recipient it is for, which identities there are (public halves
 * only) and where, what could not be read and how to mend it, and where else was looked.
 */
export async function unavailable(
  system: System,
  recipient: string,
  findings: Findings,
): Promise<SopskitError> {
  const exact = await exactAttempt(recipient, findings.attempts);
  const culprit = exact ?? findings.attempts.find(isLocked) ?? null;
  const paragraphs = [
    headline(recipient, exact),
    section('identities that were found:', await foundLines(findings)),
    section('what did not work:', problemLines(findings, culprit)),
    section('where there was none:', absentLines(findings.reports)),
  ];
  const [place = 'a key file'] = defaultKeyFiles(system).paths;
  const hint =
    culprit !== null
      ? attemptHint(culprit)
      : `Put the identity of this recipient into ${familyPlace(recipient, place)}.`;
  return new SopskitError('key.unavailable', paragraphs.filter((text) => text !== '').join('\n'), {
    hint,
    cause: culprit?.problem ?? undefined,
  });
}

/** Whether a passphrase kept an identity from being tried: nobody could be asked, or it was wrong. */
function isLocked({ identity, problem }: Attempt): boolean {
  return identity.kind === 'locked' && problem !== null;
}

/** What is wrong is the identity, or else the data key. */
function attemptHint({ problem }: Attempt): string {
  if (problem === null || problem.code === 'key.unavailable')
    return 'Restore the "enc" field from version control, or run updatekeys with an identity of another recipient.';
  return problem.hint ?? 'Correct that key, or use the identity of another recipient.';
}

function headline(recipient: string, exact: Attempt | null): string {
  if (exact === null) return `no identity opens the data key for the recipient ${shorten(recipient)}`;
  const why = exact.problem?.message ?? 'it was not encrypted to that recipient, or was damaged';
  return `the identity of ${shorten(recipient)} is in ${exact.place}, but does not open the data key: ${why}`;
}

async function exactAttempt(recipient: string, attempts: readonly Attempt[]): Promise<Attempt | null> {
  for (const attempt of attempts) {
    const half = await attempt.identity.publicHalf();
    if (half !== null && half === comparableRecipient(recipient)) return attempt;
  }
  return null;
}

async function foundLines({ reports }: Findings): Promise<string[]> {
  const lines: string[] = [];
  for (const { place, identities } of reports) {
    for (const identity of identities) {
      const half = await identity.publicHalf();
      lines.push(`${half === null ? identity.description : shorten(half)} (${place})`);
    }
  }
  return lines;
}

/** The hint of the culprit stands below all, and is not repeated here. */
function problemLines({ reports, attempts }: Findings, culprit: Attempt | null): string[] {
  const unread = reports.flatMap(({ place, problems }) =>
    problems.map(({ text, hint }) => sentence(`${place}: ${text}`, hint)),
  );
  const failed = attempts.flatMap((attempt) => {
    const { place, identity, problem } = attempt;
    if (problem === null) return [];
    const hint = attempt === culprit ? undefined : problem.hint;
    return [sentence(`${place}: ${identity.description}: ${problem.message}`, hint)];
  });
  return [...unread, ...failed];
}

function absentLines(reports: readonly SourceReport[]): string[] {
  return reports.flatMap(({ place, absent }) => (absent === null ? [] : [`${place} (${absent})`]));
}

function sentence(text: string, hint: string | undefined): string {
  return hint === undefined ? text : `${text}. ${hint}`;
}

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const shown = lines.slice(0, maxLines);
  const more = lines.length > maxLines ? [`and ${lines.length - maxLines} more`] : [];
  return [`  ${title}`, ...[...shown, ...more].map((line) => `    ${line}`)].join('\n');
}

function familyPlace(recipient: string, keyFile: string): string {
  if (recipient.startsWith('ssh-')) return 'a file, and its path into SOPS_AGE_SSH_PRIVATE_KEY_FILE';
  return `${keyFile}, or its path into SOPS_AGE_KEY_FILE`;
}
