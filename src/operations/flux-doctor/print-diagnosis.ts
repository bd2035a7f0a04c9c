import { printable } from './printable.ts';
import type { Diagnosis, Problem } from './problem.ts';

/** Prints a diagnosis for people. `now`: what times are counted from. */
export function printDiagnosis(
  diagnosis: Diagnosis,
  options: { readonly colour: boolean; readonly now: Date },
): string {
  const { problems, unread, looked } = diagnosis;
  const lines = [head(diagnosis), ''];
  for (const problem of problems)
    lines.push(...printProblem(problem, depthOf(problem, problems), options), '');
  for (const line of unread) lines.push(`not read: ${printable(line)}`);
  if (unread.length > 0) lines.push('');
  lines.push(sum(problems, looked));
  return `${lines.join('\n')}\n`;
}

function head({ context, server, looked }: Diagnosis): string {
  return `context ${context}, ${server}: ${looked} sources, Kustomizations and releases`;
}

function sum(problems: readonly Problem[], looked: number): string {
  const count = (level: Problem['level']): number => problems.filter((one) => one.level === level).length;
  const [broken, waits, notes] = [count('broken'), count('waits'), count('note')];
  if (looked === 0 && problems.length === 0) return 'nothing of Flux is there';
  if (broken + waits === 0) return notes === 0 ? 'all is well' : `all is well; ${notes} suspended`;
  const parts = [`${broken} to mend`];
  if (waits > 0) parts.push(`${waits} that ${waits === 1 ? 'waits' : 'wait'} for that`);
  if (notes > 0) parts.push(`${notes} suspended`);
  return parts.join(', ');
}

/** How far behind its first cause a problem stands. */
function depthOf(problem: Problem, all: readonly Problem[]): number {
  let depth = 0;
  let causes = problem.causes;
  const seen = new Set<string>([problem.key]);
  while (causes.length > 0 && depth < 8) {
    const cause = all.find(({ key }) => key === causes[0]);
    if (cause === undefined || seen.has(cause.key)) break;
    seen.add(cause.key);
    causes = cause.causes;
    depth++;
  }
  return depth;
}

/** Prints one problem; an effect is one line, as there is nothing to mend in it. */
export function printProblem(
  problem: Problem,
  depth: number,
  { colour, now }: { readonly colour: boolean; readonly now: Date },
): readonly string[] {
  const paint = (code: number, text: string): string => (colour ? `\u001b[${code}m${text}\u001b[39m` : text);
  const name = `${problem.kind} ${problem.namespace}/${problem.name}`;
  if (problem.level === 'waits' && depth > 0)
    return [`${'  '.repeat(depth)}${paint(33, '→')} ${name}: ${printable(problem.what)}`];
  const mark = problem.level === 'note' ? paint(33, '·') : paint(31, '✗');
  const since = problem.since === null ? '' : `, for ${ago(problem.since, now)}`;
  const lines = [`${mark} ${name}  ${problem.code}${since}`, `    ${printable(problem.what)}`];
  if (problem.said !== '') lines.push(...said(problem));
  for (const step of problem.mend) lines.push(`    ${printStep(step, colour)}`);
  return lines;
}

/** A command, or an edit that no command does. */
export function printStep(step: string, colour: boolean): string {
  const isOther = step.startsWith('or: ');
  const rest = isOther ? step.slice('or: '.length) : step;
  const mark = /^(?:flux|git|helm|kubectl|kustomize|sed|sopskit) /.test(rest) ? '$' : '•';
  return `${isOther ? 'or ' : ''}${colour ? `\u001b[32m${mark}\u001b[39m` : mark} ${printable(rest)}`;
}

/** The controller's own words, in a few lines. */
function said({ reason, said: message }: Problem): readonly string[] {
  const lines = message.split('\n').filter((line) => line.trim() !== '');
  const shown = lines.slice(0, 3).map((line) => printable(line.trim()).slice(0, 400));
  if (lines.length > 3) shown.push(`… (${lines.length - 3} more lines)`);
  return shown.map(
    (line, index) =>
      `    ${index === 0 ? `it says: ${reason === '' ? '' : `${reason}: `}` : '      '}${line}`,
  );
}

/** `40 s`, `5 min`, `3 h`, `2 d`. */
export function ago(since: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - since.getTime()) / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}
